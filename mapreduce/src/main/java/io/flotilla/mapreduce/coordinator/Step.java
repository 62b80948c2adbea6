package io.flotilla.mapreduce.coordinator;

import java.util.List;

/**
 * What an input leads to. Effects are carried out in list order, steps in theirs, and nothing that stands behind a {@link
 * Effect.Append} happens before that is in the log: what a worker is acknowledged and a client told is never taken back. If a change
 * cannot be put there, the reign is over and the effects behind it are dropped. The next state, though, holds at once, so that the
 * scheduler need not know what is on its way to the log.
 */
public record Step(SchedulerState next, List<Effect> effects) {
  public Step {
    effects = List.copyOf(effects);
  }
}
