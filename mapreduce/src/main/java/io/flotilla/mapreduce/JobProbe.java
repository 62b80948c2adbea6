package io.flotilla.mapreduce;

import java.util.List;

/** What planning has to ask a job's class itself. Runs its code, so for users' jars in a JVM that may die of it. Thread-safe. */
public interface JobProbe {
  /**
   * Makes the job, which shows that its class and parameters are right, and asks what it is like.
   *
   * @throws JobRefusedException no such job, or it refuses its parameters: says why
   */
  Traits traits(JobSpec spec) throws JobRefusedException;

  /**
   * Encoded keys that the job's mapper emits for the first records of each range, for {@link Traits#totalOrder} jobs.
   *
   * @param recordsPerRange at most so many of each
   * @throws JobRefusedException it fails on them
   */
  List<byte[]> sampleKeys(JobSpec spec, List<InputRange> ranges, int recordsPerRange) throws JobRefusedException;

  /**
   * What a job is like.
   *
   * @param cutsFiles whether a file may be shared by several map tasks
   * @param totalOrder whether keys go to partitions by ranges
   */
  record Traits(boolean cutsFiles, boolean totalOrder) {}
}
