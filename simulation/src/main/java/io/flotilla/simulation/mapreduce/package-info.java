/**
 * MapReduce in simulation: the real coordinators, workers and state machine on a simulated group, with tasks that are played. Start at
 * {@link io.flotilla.simulation.mapreduce.MapReduceSimulation}.
 */
package io.flotilla.simulation.mapreduce;
