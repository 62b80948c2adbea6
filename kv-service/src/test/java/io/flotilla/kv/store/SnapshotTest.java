package io.flotilla.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.RandomRequests;
import io.flotilla.persistence.SnapshotContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private static final String GOLDEN = "state-format-1.snapshot";

  @Test
  void equalCommandsGiveEqualSnapshots() throws IOException {
    Machine one = filled(3_000);
    Machine other = filled(1_500);
    other.restore(other.snapshot());
    fill(other, 1_500, 3_000);
    assertThat(other.snapshot()).isEqualTo(one.snapshot());
  }

  @Test
  void aSnapshotIsOfItsMomentThoughWritesGoOn() throws IOException {
    Machine machine = filled(2_000);
    byte[] before = machine.snapshot();
    SnapshotContent content = machine.machine.snapshot();
    CompletableFuture<byte[]> meanwhile = CompletableFuture.supplyAsync(() -> Machine.bytesOf(content::writeTo));
    fill(machine, 2_000, 4_000);
    assertThat(meanwhile.join()).isEqualTo(before);
    assertThat(Machine.bytesOf(content::writeTo)).as("and each time the same").isEqualTo(before);
    assertThat(machine.snapshot()).isNotEqualTo(before);
  }

  @Test
  void anyDamageIsFound() {
    byte[] snapshot = filled(30).snapshot();
    for (int i = 0; i < snapshot.length; i++) {
      byte[] damaged = snapshot.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> new Machine().restore(damaged)).as("byte %d", i).isInstanceOf(IOException.class);
      byte[] cut = Arrays.copyOf(snapshot, i);
      assertThatThrownBy(() -> new Machine().restore(cut)).as("cut at %d", i).isInstanceOf(IOException.class);
    }
  }

  /** The file was written when the format was released; it is never written again, so that old data stays readable. */
  @Test
  void readsWhatFormatOneWrote() throws IOException {
    Machine machine = new Machine();
    try (InputStream golden = getClass().getResourceAsStream(GOLDEN)) {
      machine.machine.restore(golden);
    }
    assertThat(machine.snapshot()).isEqualTo(golden().snapshot());
  }

  /** What the golden file holds. */
  static Machine golden() {
    Machine machine = new Machine();
    machine.put("a", "first");
    machine.put("é", "second");
    machine.append("a", ", longer");
    machine.put("deleted", "");
    machine.delete("deleted");
    machine.apply(new UUID(0x0123456789abcdefL, -2), 5, 3, Machine.putOf("b", "", new Condition.Absent()));
    machine.apply(new UUID(0x0123456789abcdefL, -2), 3, 3, Machine.putOf("b", "", new Condition.Absent()));
    return machine;
  }

  private static Machine filled(int writes) {
    Machine machine = new Machine();
    fill(machine, 0, writes);
    return machine;
  }

  /** Each write has its own seed, so that a sequence of them may be cut anywhere. */
  private static void fill(Machine machine, int from, int to) {
    for (int i = from; i < to; i++) {
      machine.timeMillis += 13;
      machine.apply(new UUID(0, i % 120), i, Math.max(0, i - 240), new RandomRequests(i).write());
    }
  }
}
