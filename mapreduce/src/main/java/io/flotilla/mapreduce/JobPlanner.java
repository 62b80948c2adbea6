package io.flotilla.mapreduce;

/**
 * Looks at a job's input, class and output before anything runs, and cuts it into tasks. Reads files, so it is called from a thread
 * that may block. Thread-safe.
 */
public interface JobPlanner {
  /**
   * The plan.
   *
   * @param slots map tasks that can run at once on the whole cluster, all of which should have something to do
   * @throws JobRefusedException no file matches, one cannot be read, the output is there already, the job's class or a parameter is
   *     wrong: says which and why
   */
  JobPlan plan(JobSpec spec, int slots) throws JobRefusedException;

  /**
   * Makes room for the output. May be repeated for the same job.
   *
   * @throws JobRefusedException there is something at the output already that is not this job's, or it cannot be written
   */
  void prepareOutput(String jobId, JobSpec spec) throws JobRefusedException;

  /**
   * Makes the output known as whole, once every reduce task is done: temporary files go, {@code _SUCCESS} comes. May be repeated.
   *
   * @throws JobRefusedException the output cannot be written
   */
  void commitOutput(String jobId, JobSpec spec) throws JobRefusedException;

  /** Removes what a job that failed or was cancelled has left at its output. May be repeated; what cannot be removed is logged. */
  void abortOutput(String jobId, JobSpec spec);
}
