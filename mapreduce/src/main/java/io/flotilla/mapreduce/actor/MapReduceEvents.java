package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.task.TaskId.Phase;
import java.util.List;
import java.util.SortedMap;

/** What a node's coordinator has to tell whoever counts. Called on the coordinator's thread, so quickly. */
public interface MapReduceEvents {
  /** For nobody. */
  MapReduceEvents NONE = new MapReduceEvents() {
    @Override
    public void attemptStarted(Phase phase, boolean backup) {}

    @Override
    public void attemptFailed(Phase phase) {}

    @Override
    public void mapOutputsLost(int tasks) {}

    @Override
    public void taskDone(Phase phase, long millis, Counters counters) {}

    @Override
    public void jobEnded(JobStatus.State state, long millis) {}

    @Override
    public void jobs(List<JobStatus> jobs) {}

    @Override
    public void slots(SortedMap<String, Integer> byNode) {}
  };

  void attemptStarted(Phase phase, boolean backup);

  void attemptFailed(Phase phase);

  void mapOutputsLost(int tasks);

  void taskDone(Phase phase, long millis, Counters counters);

  void jobEnded(JobStatus.State state, long millis);

  /** From time to time, all jobs as they stand; none when this node ceases to coordinate. */
  void jobs(List<JobStatus> jobs);

  /** Likewise, attempts that each node which lives can run at once. */
  void slots(SortedMap<String, Integer> byNode);
}
