package io.flotilla.raft;

/**
 * The algorithm as whoever runs a replica calls it: {@link #CORE}, or that with something around it, such as a simulation that
 * watches each step or takes a rule out to see that it is missed. Pure, as {@link RaftCore} is.
 */
public interface RaftAlgorithm {
  /** See {@link RaftCore#start}. */
  Step start(RaftState restored, long nowNanos);

  /** See {@link RaftCore#step}. */
  Step step(RaftState state, Input input, long nowNanos);

  /** Raft as it should be. */
  RaftAlgorithm CORE = new RaftAlgorithm() {
    @Override
    public Step start(RaftState restored, long nowNanos) {
      return RaftCore.start(restored, nowNanos);
    }

    @Override
    public Step step(RaftState state, Input input, long nowNanos) {
      return RaftCore.step(state, input, nowNanos);
    }
  };
}
