/**
 * A job of one's own: {@link com.example.anagrams.Anagrams} names its parts, {@link com.example.anagrams.LettersOfWords} maps,
 * {@link com.example.anagrams.DistinctWords} combines, {@link com.example.anagrams.WordsOfLetters} reduces.
 */
package com.example.anagrams;
