/**
 * Where a job's output goes (§3.3 of the paper): each attempt of a reduce task writes a
 * {@link io.flotilla.mapreduce.output.RecordOutput} of its own, and only its commit, an atomic rename, makes that part of the
 * output. {@link io.flotilla.mapreduce.output.OutputFolder} and {@link io.flotilla.mapreduce.output.OutputKeys} are the whole
 * output before, during and after the job.
 */
package io.flotilla.mapreduce.output;
