/**
 * Carries out tasks. {@link io.flotilla.mapreduce.engine.LocalTaskRunner} does so for built-in jobs on threads of the node; what one
 * attempt does is {@link io.flotilla.mapreduce.engine.TaskExecution}, on any thread of any JVM:
 * {@link io.flotilla.mapreduce.engine.MapTask} or {@link io.flotilla.mapreduce.engine.ReduceTask}, with an
 * {@link io.flotilla.mapreduce.engine.AttemptControl} through which it is watched and cancelled.
 */
package io.flotilla.mapreduce.engine;
