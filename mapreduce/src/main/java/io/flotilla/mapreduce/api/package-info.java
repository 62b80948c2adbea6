/**
 * How a job is written (§2 and §4 of the paper). Start at {@link io.flotilla.mapreduce.api.Job}: a class with a public constructor
 * without arguments that names its input, its {@link io.flotilla.mapreduce.api.Mapper} and
 * {@link io.flotilla.mapreduce.api.Reducer}, the {@link io.flotilla.mapreduce.api.Codec}s of what travels between the two, and its
 * output. Then, where they pay, a {@link io.flotilla.mapreduce.api.Combiner}, a
 * {@link io.flotilla.mapreduce.api.Partitioner} and a {@link io.flotilla.mapreduce.api.KeyOrder}.
 * <p>Every attempt of a task makes the job anew and uses it from one thread. A task may run more than once, also twice at the same
 * time, so its functions should be deterministic and touch nothing outside (§3.3).
 */
package io.flotilla.mapreduce.api;
