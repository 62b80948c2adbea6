package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import java.util.List;

/**
 * How far a job is. Planning -> Running: the plan is complete. Either -> Ending: it succeeded, failed or was cancelled, and its output
 * has yet to be tidied up. Ending -> Ended.
 */
public sealed interface Stage {
  /** Being cut into tasks; a plan may be too large for one command, so its splits come one group after another. */
  record Planning(List<InputSplit> splits) implements Stage {
    public Planning {
      splits = List.copyOf(splits);
    }
  }

  record Running(JobPlan plan, PhaseRecord map, PhaseRecord reduce) implements Stage {}

  /** Decided, and no task starts any more. */
  record Ending(Verdict verdict, PhaseSummary map, PhaseSummary reduce) implements Stage {}

  /** Nothing of it is left to do. */
  record Ended(Verdict verdict, PhaseSummary map, PhaseSummary reduce, long endedMillis) implements Stage {}
}
