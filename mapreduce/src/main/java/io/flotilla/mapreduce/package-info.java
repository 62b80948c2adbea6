/**
 * MapReduce (Dean and Ghemawat, OSDI 2004) on the cluster that runs the store, with a coordinator whose node may die. A
 * {@link io.flotilla.mapreduce.JobSpec} comes in through {@link io.flotilla.mapreduce.client.JobClient}; the coordinator cuts it by
 * its {@link io.flotilla.mapreduce.JobPlan} into tasks and hands them to workers as {@link io.flotilla.mapreduce.task.TaskWork}; a
 * worker's {@link io.flotilla.mapreduce.task.TaskRunner} carries them out.
 */
package io.flotilla.mapreduce;
