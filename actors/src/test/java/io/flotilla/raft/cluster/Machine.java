package io.flotilla.raft.cluster;

import io.flotilla.raft.LogEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A state machine whose state is a digest of all that it ever applied. */
final class Machine {
  /** Room for several chunks. */
  private static final int SNAPSHOT_BYTES = 50;

  private long appliedIndex;
  private long digest;

  long appliedIndex() {
    return appliedIndex;
  }

  long digest() {
    return digest;
  }

  void apply(LogEntry entry) {
    long content = switch (entry) {
      case LogEntry.Command command -> Arrays.hashCode(command.payload());
      case LogEntry.NoOp _ -> 1;
      case LogEntry.Reconfiguration reconfiguration -> reconfiguration.membership().hashCode();
    };
    digest = ((digest * 31 + entry.index()) * 31 + entry.term()) * 31 + content;
    appliedIndex = entry.index();
  }

  byte[] snapshot() {
    return ByteBuffer.allocate(SNAPSHOT_BYTES).putLong(appliedIndex).putLong(digest).array();
  }

  void restore(byte[] snapshot) {
    ByteBuffer content = ByteBuffer.wrap(snapshot);
    appliedIndex = content.getLong();
    digest = content.getLong();
  }
}
