package io.flotilla.simulation.scenario;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.machine.StateMachine;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The test service of the suites' state-machine layer: a counter. */
final class CounterMachine implements StateMachine {
  /** Adds one; the result is the counter after it. */
  static final byte[] INC = {1};
  static final byte[] NULL = {0};
  /** Never to be executed: takes away one, which {@link #count} would show. */
  static final byte[] DEC = {-1};

  private long counter;

  static long count(byte[] result) {
    return ByteBuffer.wrap(result).getLong();
  }

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    counter += command[0];
    return query(command);
  }

  @Override
  public byte[] query(byte[] query) {
    return ByteBuffer.allocate(Long.BYTES).putLong(counter).array();
  }

  @Override
  public SnapshotContent snapshot() {
    byte[] now = query(NULL);
    return out -> out.write(now);
  }

  @Override
  public void restore(InputStream content) throws IOException {
    counter = new DataInputStream(content).readLong();
  }

  @Override
  public long sizeBytes() {
    return Long.BYTES;
  }
}
