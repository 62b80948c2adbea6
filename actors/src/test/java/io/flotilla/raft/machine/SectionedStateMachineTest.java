package io.flotilla.raft.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.persistence.SnapshotContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionedStateMachineTest {
  private static final byte TAG = -2;

  private final SectionedStateMachine machine = sectioned();

  @Test
  void eachPartSeesItsOwnCommandsOnly() {
    apply(machine, "a");
    apply(machine, tagged("b"));
    apply(machine, "c");

    assertThat(query(machine, "?")).isEqualTo("ac?");
    assertThat(query(machine, tagged("?"))).isEqualTo("b?");
    assertThat(query(machine, "")).isEqualTo("ac");
    assertThat(machine.sizeBytes()).isEqualTo(3);
  }

  @Test
  void aSnapshotHoldsAllParts() throws IOException {
    apply(machine, "a");
    apply(machine, tagged("b"));
    SnapshotContent snapshot = machine.snapshot();
    apply(machine, "later");

    SectionedStateMachine other = sectioned();
    other.restore(new ByteArrayInputStream(bytes(snapshot)));

    assertThat(query(other, "")).isEqualTo("a");
    assertThat(query(other, tagged(""))).isEqualTo("b");
  }

  @Test
  void aSnapshotFromBeforeThereWereSectionsIsTheBases() throws IOException {
    machine.restore(new ByteArrayInputStream("old".getBytes(StandardCharsets.UTF_8)));

    assertThat(query(machine, "")).isEqualTo("old");
    assertThat(query(machine, tagged(""))).isEmpty();
  }

  @Test
  void aSnapshotWithAnUnknownSectionIsRefused() throws IOException {
    byte[] snapshot = bytes(machine.snapshot());

    assertThatThrownBy(() -> new SectionedStateMachine(new Text(), Map.of()).restore(new ByteArrayInputStream(snapshot)))
        .isInstanceOf(IOException.class).hasMessageContaining("-2");
  }

  @Test
  void aSnapshotThatEndsEarlyIsRefused() throws IOException {
    apply(machine, tagged("b"));
    byte[] snapshot = bytes(machine.snapshot());

    assertThatThrownBy(() -> sectioned().restore(new ByteArrayInputStream(snapshot, 0, snapshot.length - 1)))
        .isInstanceOf(IOException.class).hasMessageContaining("1 bytes early");
  }

  @Test
  void tagsThatTheBaseMayUseAreRefused() {
    assertThatThrownBy(() -> new SectionedStateMachine(new Text(), Map.of((byte) 1, new Text())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SectionedStateMachine(new Text(), Map.of((byte) -1, new Text())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SectionedStateMachine sectioned() {
    return new SectionedStateMachine(new Text(), Map.of(TAG, new Text()));
  }

  private static byte[] tagged(String content) {
    return SectionedStateMachine.tagged(TAG, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void apply(StateMachine machine, String command) {
    apply(machine, command.getBytes(StandardCharsets.UTF_8));
  }

  private static void apply(StateMachine machine, byte[] command) {
    machine.apply(1, 0, command);
  }

  private static String query(StateMachine machine, String query) {
    return query(machine, query.getBytes(StandardCharsets.UTF_8));
  }

  private static String query(StateMachine machine, byte[] query) {
    return new String(machine.query(query), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(SnapshotContent content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out);
    return out.toByteArray();
  }

  /** Strings commands together. */
  private static final class Text implements StateMachine {
    private String state = "";

    @Override
    public byte[] apply(long index, long timeMillis, byte[] command) {
      state += new String(command, StandardCharsets.UTF_8);
      return new byte[0];
    }

    @Override
    public byte[] query(byte[] query) {
      return (state + new String(query, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SnapshotContent snapshot() {
      byte[] frozen = state.getBytes(StandardCharsets.UTF_8);
      return out -> out.write(frozen);
    }

    @Override
    public void restore(InputStream content) throws IOException {
      state = new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public long sizeBytes() {
      return state.length();
    }
  }
}
