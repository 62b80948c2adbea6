package io.flotilla.raft.actor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.machine.StateMachine;
import java.io.IOException;
import java.io.InputStream;

/** A state machine that remembers all commands, as one text with a semicolon after each; {@code boom} breaks it. */
final class AppendMachine implements StateMachine {
  private final StringBuilder applied = new StringBuilder();

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    String text = new String(command, UTF_8);
    if (text.equals("boom")) {
      throw new IllegalArgumentException("boom");
    }
    applied.append(text).append(';');
    return ("applied " + text).getBytes(UTF_8);
  }

  @Override
  public byte[] query(byte[] query) {
    return applied.toString().getBytes(UTF_8);
  }

  @Override
  public SnapshotContent snapshot() {
    byte[] content = applied.toString().getBytes(UTF_8);
    return out -> out.write(content);
  }

  @Override
  public void restore(InputStream content) throws IOException {
    applied.setLength(0);
    applied.append(new String(content.readAllBytes(), UTF_8));
  }

  @Override
  public long sizeBytes() {
    return applied.length();
  }
}
