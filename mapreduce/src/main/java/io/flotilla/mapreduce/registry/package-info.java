/**
 * The job registry: what a job's next coordinator has to know when the present one's node is lost, replicated in the log of the group
 * {@code meta}.
 *
 * <p>Start at {@link io.flotilla.mapreduce.registry.JobRegistry}, immutable, whose {@link io.flotilla.mapreduce.registry.JobRegistry#apply} is
 * the whole of its rules; then {@link io.flotilla.mapreduce.registry.Stage}, how far a job is, and {@link
 * io.flotilla.mapreduce.registry.JobChange}, one step of it. {@link io.flotilla.mapreduce.registry.JobsStateMachine} replicates it.
 *
 * <p>Laws: only the coordinator whose reign is the latest changes anything ({@link io.flotilla.mapreduce.registry.JobCommand}). A task is
 * done once, by one attempt; a reduce task stays so. What is in progress is not here: the workers know it and say so.
 */
package io.flotilla.mapreduce.registry;
