package io.flotilla.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What one input leads to. Effects run in list order, and a promise (a vote, an acknowledgement) is sent by the step that learns
 * it is durable, never by the one that asks for the write.
 */
public record Step(RaftState next, List<Effect> effects) {
  public Step {
    effects = List.copyOf(effects);
  }

  static Step to(RaftState next, Effect... effects) {
    return new Step(next, List.of(effects));
  }

  /** Goes on from this step's state; the effects add up. */
  Step then(Function<RaftState, Step> more) {
    Step following = more.apply(next);
    if (following.effects.isEmpty()) {
      return new Step(following.next, effects);
    }
    if (effects.isEmpty()) {
      return following;
    }
    List<Effect> all = new ArrayList<>(effects);
    all.addAll(following.effects);
    return new Step(following.next, all);
  }

  Step and(Effect... more) {
    return then(state -> to(state, more));
  }
}
