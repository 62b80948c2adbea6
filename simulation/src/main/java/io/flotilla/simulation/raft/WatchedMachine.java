package io.flotilla.simulation.raft;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.machine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Anybody's state machine, with a digest over all that it ever applied and answered, which must be the same on every replica. The
 * digest travels in the snapshots, so a replica that was brought up by one is held to what it stands for.
 */
public final class WatchedMachine implements StateMachine {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final StateMachine machine;
  private final PeerId peer;
  private final GroupWatch watch;
  private long index;
  private long position;
  private long digest;

  public WatchedMachine(StateMachine machine, PeerId peer, GroupWatch watch) {
    this.machine = machine;
    this.peer = peer;
    this.watch = watch;
    watch.onMachine(peer, 0, 0, 0);
  }

  @Override
  public byte[] apply(long commandIndex, long timeMillis, byte[] command) {
    byte[] result = applied(commandIndex, timeMillis, command);
    index = commandIndex;
    position++;
    digest = mix(mix(mix(mix(digest, commandIndex), timeMillis), Arrays.hashCode(command)), Arrays.hashCode(result));
    watch.onApplied(peer, index, position, command, digest);
    return result;
  }

  /** What it throws stops the replica, and is for the run to tell. */
  private byte[] applied(long commandIndex, long timeMillis, byte[] command) {
    try {
      return machine.apply(commandIndex, timeMillis, command);
    } catch (RuntimeException bug) {
      watch.onMachineFailed(peer, commandIndex, bug);
      throw bug;
    }
  }

  private static long mix(long value, long more) {
    return (Long.rotateLeft(value, 23) ^ more) * MULTIPLIER;
  }

  @Override
  public byte[] query(byte[] query) {
    return machine.query(query);
  }

  @Override
  public SnapshotContent snapshot() {
    SnapshotContent content = machine.snapshot();
    long ofIndex = index;
    long ofPosition = position;
    long ofDigest = digest;
    return out -> {
      DataOutputStream header = new DataOutputStream(out);
      header.writeLong(ofIndex);
      header.writeLong(ofPosition);
      header.writeLong(ofDigest);
      header.flush();
      content.writeTo(out);
    };
  }

  @Override
  public void restore(InputStream content) throws IOException {
    DataInputStream header = new DataInputStream(content);
    index = header.readLong();
    position = header.readLong();
    digest = header.readLong();
    machine.restore(content);
    watch.onMachine(peer, index, position, digest);
  }

  @Override
  public long sizeBytes() {
    return machine.sizeBytes();
  }
}
