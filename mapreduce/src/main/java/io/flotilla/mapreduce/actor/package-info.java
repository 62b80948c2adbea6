/**
 * MapReduce as actors, one of each on every node: {@link io.flotilla.mapreduce.actor.MapReduceCoordinator}, which is one only while the
 * node leads {@code meta}, the thin shell of {@link io.flotilla.mapreduce.coordinator.Scheduler}; and {@link
 * io.flotilla.mapreduce.actor.MapReduceWorker}, which has attempts run. {@link io.flotilla.mapreduce.actor.CoordinatorProtocol} and
 * {@link io.flotilla.mapreduce.actor.WorkerProtocol} are what they say to one another; {@link
 * io.flotilla.mapreduce.actor.ClusterJobClient} is for everybody else.
 *
 * <p>The coordinator announces itself to all workers; they answer the latest one with reports, which say all that they do. So who
 * coordinates need not be looked for, messages may be lost, and a new coordinator soon knows what is in progress.
 */
package io.flotilla.mapreduce.actor;
