/**
 * Jobs by name: {@link io.flotilla.mapreduce.jobs.Jobs} finds a job's class, {@link io.flotilla.mapreduce.jobs.WordCount},
 * {@link io.flotilla.mapreduce.jobs.Grep}, {@link io.flotilla.mapreduce.jobs.InvertedIndex} and
 * {@link io.flotilla.mapreduce.jobs.Sort} are built in. They work on bytes and make no object per word.
 */
package io.flotilla.mapreduce.jobs;
