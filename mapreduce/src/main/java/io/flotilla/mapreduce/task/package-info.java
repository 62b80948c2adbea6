/**
 * What a worker is told to do, {@link io.flotilla.mapreduce.task.TaskWork}, and what comes of it,
 * {@link io.flotilla.mapreduce.task.TaskOutcome}.
 */
package io.flotilla.mapreduce.task;
