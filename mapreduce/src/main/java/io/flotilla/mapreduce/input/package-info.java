/**
 * Reads the records of a split (§3.1, §4.4 of the paper): {@link io.flotilla.mapreduce.input.RecordReader}. A split's ranges become
 * {@link io.flotilla.mapreduce.input.Document}s, files or values of the store, and these become records as the job's
 * {@link io.flotilla.mapreduce.api.InputFormat} says. A line belongs to the range in which it begins, so cutting a file anywhere
 * loses and doubles nothing.
 */
package io.flotilla.mapreduce.input;
