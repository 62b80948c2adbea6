package io.flotilla.raft.machine;

import io.flotilla.persistence.SnapshotContent;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a Raft group replicates: a deterministic function of the commands in its log (Raft §2). Owned by one actor, which makes
 * all calls, one at a time; only what {@link #snapshot} returns is used from another thread.
 */
public interface StateMachine {
  /**
   * Applies one committed command: the only way in which this state changes (Raft §2, §5.3). Called once per index, in rising
   * order, with gaps where the log holds no command.
   *
   * @param timeMillis the leader's wall clock when it took the command, milliseconds since the epoch; the same on every replica.
   *     It may step back when another replica leads: a state machine that needs a clock keeps the latest
   * @param command at most {@code flotilla.raft.max-command-size} bytes, as the client sent them: not yet validated
   * @return the reply, byte for byte the same on every replica. A bad command is a result, not an exception: what is thrown
   *     from here stops this replica, since its state may no longer equal the others'
   */
  byte[] apply(long index, long timeMillis, byte[] command);

  /**
   * Answers a read from the state as it stands; changes nothing.
   *
   * @param query as the client sent it: not yet validated. A bad query is a result, not an exception
   */
  byte[] query(byte[] query);

  /**
   * A consistent view of the state as it stands, quick to take whatever the state's size: its content is written later, from
   * another thread, while commands go on being applied.
   */
  SnapshotContent snapshot();

  /**
   * Replaces the whole state by a snapshot's content.
   *
   * @throws IOException the content cannot be read; the replica stops
   */
  void restore(InputStream content) throws IOException;

  /** What the state holds, roughly, in bytes of memory: bounds what the group takes in. */
  long sizeBytes();
}
