package io.flotilla.mapreduce.task;

import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobSpec;
import java.util.List;

/** One attempt of a task, with all that a worker needs to know for it. */
public sealed interface TaskWork {
  AttemptId id();

  JobSpec spec();

  /** Records that made earlier attempts fail again and again, to be left out and counted (§4.6 of the paper). */
  List<RecordPosition> badRecords();

  /**
   * Reads a split and leaves its output, partitioned and sorted, on the worker's disk.
   *
   * @param boundaries see {@link io.flotilla.mapreduce.JobPlan}
   */
  record MapWork(AttemptId id, JobSpec spec, InputSplit split, int reducers, List<byte[]> boundaries, List<RecordPosition> badRecords)
      implements TaskWork {
    public MapWork {
      boundaries = List.copyOf(boundaries);
      badRecords = List.copyOf(badRecords);
    }
  }

  /** Fetches its partition from each map task's output, merges, reduces, and commits one part of the job's output. */
  record ReduceWork(AttemptId id, JobSpec spec, List<MapOutput> mapOutputs, List<RecordPosition> badRecords) implements TaskWork {
    public ReduceWork {
      mapOutputs = List.copyOf(mapOutputs);
      badRecords = List.copyOf(badRecords);
    }
  }
}
