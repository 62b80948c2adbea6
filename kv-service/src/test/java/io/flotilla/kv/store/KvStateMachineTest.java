package io.flotilla.kv.store;

import static io.flotilla.kv.store.Machine.putOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.BatchApplied;
import io.flotilla.kv.KvReply.ConditionFailed;
import io.flotilla.kv.KvReply.Deleted;
import io.flotilla.kv.KvReply.Found;
import io.flotilla.kv.KvReply.Invalid;
import io.flotilla.kv.KvReply.Item;
import io.flotilla.kv.KvReply.NotFound;
import io.flotilla.kv.KvReply.Scanned;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvReply.Written;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Batch;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.KvRequest.Scan;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.WriteCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvStateMachineTest {
  private final Machine machine = new Machine();

  @Test
  void versionsCountAKeysChangesAndRevisionsAllWrites() {
    assertThat(machine.put("a", "1")).isEqualTo(new Written(1, 1, 1));
    assertThat(machine.put("b", "22")).isEqualTo(new Written(1, 2, 2));
    assertThat(machine.put("a", "333")).isEqualTo(new Written(2, 3, 3));
    assertThat(machine.append("a", "4")).isEqualTo(new Written(3, 4, 4));
    assertThat(machine.get("a")).usingRecursiveComparison().isEqualTo(new Found(Machine.bytes("3334"), 3, 4));
  }

  @Test
  void aDeletedKeyStartsAgainAtVersionOneButNeverRepeatsARevision() {
    machine.put("a", "1");
    assertThat(machine.delete("a")).isEqualTo(new Deleted(true, 2));
    assertThat(machine.get("a")).isEqualTo(new NotFound());
    assertThat(machine.put("a", "1")).isEqualTo(new Written(1, 3, 1));
  }

  @Test
  void deletingNothingChangesNothing() {
    machine.put("a", "1");
    assertThat(machine.delete("b")).isEqualTo(new Deleted(false, 1));
    assertThat(machine.put("b", "")).isEqualTo(new Written(1, 2, 0));
  }

  @Test
  void aFailedConditionTellsTheCurrentVersionAndRevision() {
    machine.put("other", "");
    machine.put("a", "1");
    assertThat(machine.apply(putOf("a", "x", new Condition.VersionIs(2)))).isEqualTo(new ConditionFailed(1, 2, 0));
    assertThat(machine.apply(putOf("a", "x", new Condition.RevisionIs(1)))).isEqualTo(new ConditionFailed(1, 2, 0));
    assertThat(machine.apply(putOf("a", "x", new Condition.Absent()))).isEqualTo(new ConditionFailed(1, 2, 0));
    assertThat(machine.apply(putOf("b", "x", new Condition.VersionIs(1)))).isEqualTo(new ConditionFailed(0, 0, 0));
    assertThat(machine.apply(putOf("b", "x", new Condition.RevisionIs(0)))).isEqualTo(new ConditionFailed(0, 0, 0));
    assertThat(machine.apply(putOf("b", "x", new Condition.VersionIs(0)))).isEqualTo(new Written(1, 3, 1));
    assertThat(machine.apply(putOf("a", "x", new Condition.RevisionIs(2)))).isEqualTo(new Written(2, 4, 1));
    assertThat(machine.apply(new Delete(Key.of("a"), new Condition.VersionIs(2)))).isEqualTo(new Deleted(true, 5));
  }

  @Test
  void valuesGrowToTheLimitThatTravelsInTheCommandAndNoFurther() {
    machine.put("a", "x".repeat(30));
    assertThat(machine.append("a", "yyy")).isEqualTo(new TooLarge(33, 32));
    assertThat(machine.append("a", "yy")).isEqualTo(new Written(2, 2, 32));
    assertThat(machine.put("a", "x".repeat(33))).isEqualTo(new TooLarge(33, 32));
    WriteCommand roomier = new WriteCommand(new SessionStamp(new UUID(9, 9), 0), 0, new WriteCommand.Bounds(40, 60_000, 10),
        new Append(Key.of("a"), Machine.bytes("z"), Condition.ALWAYS));
    assertThat(machine.apply(roomier)).isEqualTo(new Written(3, 3, 33));
  }

  @Test
  void aBatchAppliesInOrderEachSeeingThoseBefore() {
    machine.put("gone", "1");
    assertThat(machine.apply(new Batch(List.of(putOf("a", "1", new Condition.Absent()), putOf("a", "2", new Condition.VersionIs(1)),
        new Delete(Key.of("gone"), Condition.ALWAYS)))))
        .isEqualTo(new BatchApplied(List.of(new Written(1, 2, 1), new Written(2, 3, 1), new Deleted(true, 4))));
  }

  @Test
  void aBatchWithAFailedConditionLeavesNoTrace() {
    machine.put("a", "1");
    byte[] before = recordsOf(machine);
    KvReply reply = machine.apply(new Batch(List.of(putOf("a", "2", Condition.ALWAYS), putOf("b", "1", Condition.ALWAYS),
        new Delete(Key.of("a"), Condition.ALWAYS), putOf("a", "3", new Condition.VersionIs(7)))));
    assertThat(reply).isEqualTo(new ConditionFailed(1, 1, 3));
    assertThat(recordsOf(machine)).isEqualTo(before);
    assertThat(machine.put("c", "")).isEqualTo(new Written(1, 2, 0));
  }

  @Test
  void aBatchWithATooLargeValueLeavesNoTrace() {
    assertThat(machine.apply(new Batch(List.of(putOf("a", "2", Condition.ALWAYS), putOf("b", "x".repeat(33), Condition.ALWAYS)))))
        .isEqualTo(new TooLarge(33, 32));
    assertThat(machine.get("a")).isEqualTo(new NotFound());
  }

  @Test
  void aMalformedCommandIsAnAnswer() {
    assertThat(Machine.decoded(machine.machine.apply(1, 1, new byte[] {99}))).isInstanceOf(Invalid.class);
    assertThat(Machine.decoded(machine.machine.apply(2, 1, new byte[0]))).isInstanceOf(Invalid.class);
    assertThat(Machine.decoded(machine.machine.query(new byte[] {1, 77, 0}))).isInstanceOf(Invalid.class);
    assertThat(machine.put("a", "1")).isEqualTo(new Written(1, 1, 1));
  }

  @Test
  void scansPageThroughARangeInKeyOrder() {
    for (String key : List.of("b/3", "a", "b/1", "c", "b/2", "b/20", "b")) {
      machine.put(key, key);
    }
    assertThat(keysOf("b", Optional.empty(), Optional.empty(), 2)).containsExactly("b", "b/1", "b/2", "b/20", "b/3");
    assertThat(keysOf("b/", Optional.of("b/2"), Optional.empty(), 1)).containsExactly("b/2", "b/20", "b/3");
    assertThat(keysOf("", Optional.of("a0"), Optional.of("b/2"), 10)).containsExactly("b", "b/1");
    assertThat(keysOf("b/", Optional.of("a"), Optional.of("z"), 3)).containsExactly("b/1", "b/2", "b/20", "b/3");
    assertThat(keysOf("z", Optional.empty(), Optional.empty(), 3)).isEmpty();
  }

  @Test
  void aPageIsBoundedInBytesButNeverEmpty() {
    Machine big = new Machine();
    byte[] value = new byte[KvLimits.MAX_PAGE_BYTES / 2];
    WriteCommand.Bounds bounds = new WriteCommand.Bounds(KvLimits.MAX_PAGE_BYTES * 2L, 60_000, 10);
    for (int i = 0; i < 4; i++) {
      byte[] each = i == 3 ? new byte[KvLimits.MAX_PAGE_BYTES * 2] : value;
      big.apply(new WriteCommand(new SessionStamp(new UUID(1, 2), i), i, bounds, new Put(Key.of("k" + i), each, Condition.ALWAYS)));
    }
    Scanned first = (Scanned) big.query(scan("", Optional.empty(), Optional.empty(), 100, Optional.empty()));
    assertThat(first.items()).hasSize(1);
    Scanned last = (Scanned) big.query(scan("k3", Optional.empty(), Optional.empty(), 100, Optional.empty()));
    assertThat(last.items()).hasSize(1);
    assertThat(last.cursor()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AAAA", "AWEAAAAA", "not a cursor", "AWFhYWFhYWFhYWE"})
  void aMadeUpCursorIsInvalid(String cursor) {
    machine.put("a", "1");
    assertThat(machine.query(scan("", Optional.empty(), Optional.empty(), 1, Optional.of(cursor)))).isInstanceOf(Invalid.class);
  }

  @Test
  void aCursorOfAnotherScanIsInvalid() {
    machine.put("a1", "");
    machine.put("a2", "");
    Scanned page = (Scanned) machine.query(scan("a", Optional.empty(), Optional.empty(), 1, Optional.empty()));
    assertThat(page.cursor().orElseThrow()).matches("[A-Za-z0-9_-]+");
    assertThat(machine.query(scan("b", Optional.empty(), Optional.empty(), 1, page.cursor()))).isInstanceOf(Invalid.class);
    assertThat(machine.query(scan("a", Optional.empty(), Optional.of("a1"), 1, page.cursor()))).isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, KvLimits.MAX_SCAN_ITEMS + 1})
  void aLimitOutOfRangeIsInvalid(int limit) {
    assertThat(machine.query(scan("", Optional.empty(), Optional.empty(), limit, Optional.empty()))).isInstanceOf(Invalid.class);
  }

  private List<String> keysOf(String prefix, Optional<String> start, Optional<String> end, int limit) {
    List<String> keys = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Scanned page = (Scanned) machine.query(scan(prefix, start, end, limit, cursor));
      assertThat(page.items().size()).isLessThanOrEqualTo(limit);
      page.items().stream().map(Item::key).map(Key::toString).forEach(keys::add);
      cursor = page.cursor();
    } while (cursor.isPresent());
    return keys;
  }

  private static Scan scan(String prefix, Optional<String> start, Optional<String> end, int limit, Optional<String> cursor) {
    return new Scan(Machine.bytes(prefix), start.map(Machine::bytes), end.map(Machine::bytes), limit, cursor,
        Consistency.LINEARIZABLE);
  }

  /** Revision, count and records of a snapshot, without the sessions, which each command changes. */
  private static byte[] recordsOf(Machine machine) {
    byte[] snapshot = machine.snapshot();
    int fixedBytes = 4 + 4 + 8 + 8;
    int recordBytes = 4 + 1 + 4 + 1 + 8 + 8;
    return Arrays.copyOf(snapshot, fixedBytes + recordBytes);
  }
}
