package io.flotilla.simulation.raft;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftGroup;
import java.io.IOException;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;

/**
 * Hears when a replica fails. Its group starts it again from its disk, as it should when the disk was full; but whatever else a replica
 * fails of is a bug, which that would hide.
 */
public final class FailureWatch extends BehaviorInterceptor<RaftGroup.Command, RaftGroup.Command> {
  private final PeerId peer;
  private final GroupWatch watch;

  public FailureWatch(PeerId peer, GroupWatch watch) {
    super(RaftGroup.Command.class);
    this.peer = peer;
    this.watch = watch;
  }

  @Override
  public Behavior<RaftGroup.Command> aroundReceive(TypedActorContext<RaftGroup.Command> context, RaftGroup.Command message,
      ReceiveTarget<RaftGroup.Command> target) {
    return target.apply(context, message);
  }

  @Override
  public Behavior<RaftGroup.Command> aroundSignal(TypedActorContext<RaftGroup.Command> context, Signal signal,
      SignalTarget<RaftGroup.Command> target) {
    if (signal instanceof ChildFailed failed && !isForWantOfItsLog(failed.getCause())) {
      watch.onReplicaFailed(peer, failed.getCause());
    }
    return target.apply(context, signal);
  }

  /** The log's actor stops when its disk refuses a write, mostly without a word. */
  private static boolean isForWantOfItsLog(Throwable cause) {
    Throwable root = GroupWatch.rootOf(cause);
    return root instanceof IOException || (cause.getClass().equals(IllegalStateException.class) && root.equals(cause));
  }
}
