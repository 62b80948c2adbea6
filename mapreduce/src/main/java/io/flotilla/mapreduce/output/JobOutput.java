package io.flotilla.mapreduce.output;

import io.flotilla.mapreduce.JobRefusedException;
import java.io.IOException;

/** The output of a job as a whole. Each step may be repeated, by another coordinator too. */
public sealed interface JobOutput permits OutputFolder, OutputKeys {
  /**
   * Whether the job may have it.
   *
   * @throws JobRefusedException there is something already
   */
  void requireAbsent() throws JobRefusedException, IOException;

  /**
   * Makes room and notes whose it is.
   *
   * @throws JobRefusedException there is something already that is not this job's
   */
  void prepare(String jobId) throws JobRefusedException, IOException;

  /** All parts are there: says so. */
  void commit(String jobId) throws IOException;

  /** Removes everything, if it is this job's. */
  void abort(String jobId) throws IOException;
}
