package io.flotilla.kv.registry;

import io.flotilla.kv.registry.RegistryReply.Reason;
import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.machine.StateMachine;
import java.io.IOException;
import java.io.InputStream;

/** The registry as a replicated state machine, of which the group {@code meta} is made. A query's answer is the whole registry. */
public final class RegistryStateMachine implements StateMachine {
  /** Rough cost of one node or group in memory. */
  private static final long ENTRY_BYTES = 1024;

  private Registry registry = Registry.EMPTY;

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    RegistryCommand decoded;
    try {
      decoded = RegistryCodec.decodeCommand(command);
    } catch (IOException malformed) {
      return RegistryCodec.encode(new RegistryReply.Refused(Reason.INVALID, "malformed command: " + malformed.getMessage()));
    }
    Registry.Outcome outcome = registry.apply(decoded);
    registry = outcome.next();
    return RegistryCodec.encode(outcome.reply());
  }

  @Override
  public byte[] query(byte[] query) {
    return RegistryCodec.encode(registry);
  }

  @Override
  public SnapshotContent snapshot() {
    Registry frozen = registry;
    return out -> out.write(RegistryCodec.encode(frozen));
  }

  @Override
  public void restore(InputStream content) throws IOException {
    registry = RegistryCodec.decodeRegistry(content);
  }

  @Override
  public long sizeBytes() {
    return ENTRY_BYTES * (registry.nodes().size() + registry.groups().size() + registry.removedGroups().size());
  }
}
