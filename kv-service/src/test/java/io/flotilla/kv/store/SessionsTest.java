package io.flotilla.kv.store;

import static io.flotilla.kv.store.Machine.putOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.ConditionFailed;
import io.flotilla.kv.KvReply.SequenceSuperseded;
import io.flotilla.kv.KvReply.Written;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.WriteCommand;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final UUID SESSION = new UUID(7, 7);
  private static final UUID OTHER = new UUID(8, 8);
  private final Machine machine = new Machine();

  @Test
  void aRepeatGivesTheFirstAnswerAndChangesNothing() {
    KvReply first = append(SESSION, 0, 0);
    append(OTHER, 0, 0);
    assertThat(append(SESSION, 0, 0)).isEqualTo(first).isEqualTo(new Written(1, 1, 1));
    assertThat(append(OTHER, 1, 1)).isEqualTo(new Written(3, 3, 3));
  }

  @Test
  void aFailedConditionIsRememberedAsWell() {
    KvReply failed = machine.apply(SESSION, 0, 0, putOf("a", "1", new Condition.VersionIs(1)));
    machine.put("a", "1");
    assertThat(machine.apply(SESSION, 0, 0, putOf("a", "1", new Condition.VersionIs(1)))).isEqualTo(failed)
        .isEqualTo(new ConditionFailed(0, 0, 0));
  }

  @Test
  void writesOfOneSessionMayComeInAnyOrder() {
    KvReply third = append(SESSION, 2, 0);
    KvReply first = append(SESSION, 0, 0);
    KvReply second = append(SESSION, 1, 0);
    assertThat(append(SESSION, 0, 0)).isEqualTo(first).isEqualTo(new Written(2, 2, 2));
    assertThat(append(SESSION, 1, 0)).isEqualTo(second);
    assertThat(append(SESSION, 2, 0)).isEqualTo(third);
  }

  @Test
  void answersBeforeTheFirstOutstandingAreForgottenAndTheirWritesNeverAppliedAgain() {
    append(SESSION, 0, 0);
    append(SESSION, 1, 0);
    append(SESSION, 5, 1);
    assertThat(append(SESSION, 0, 0)).isEqualTo(new SequenceSuperseded(5));
    assertThat(append(SESSION, 1, 0)).as("still kept").isEqualTo(new Written(2, 2, 2));
    assertThat(append(SESSION, 4, 1)).as("not too late").isEqualTo(new Written(4, 4, 4));
  }

  @Test
  void oneWriteAtATimeKeepsOneAnswer() {
    append(SESSION, 0, 0);
    long sizeBytes = machine.machine.sizeBytes();
    for (int i = 1; i < 20; i++) {
      append(SESSION, i, i);
    }
    assertThat(machine.machine.sizeBytes() - sizeBytes).isLessThan(64); // The value has grown by 19 bytes.
  }

  @Test
  void anUnusedSessionIsForgottenByReplicatedTime() {
    append(SESSION, 0, 0);
    machine.timeMillis += Machine.BOUNDS.sessionTimeoutMillis();
    assertThat(append(SESSION, 0, 0)).as("just in time").isEqualTo(new Written(1, 1, 1));
    machine.timeMillis += Machine.BOUNDS.sessionTimeoutMillis() + 1;
    assertThat(append(SESSION, 0, 0)).as("forgotten").isEqualTo(new Written(2, 2, 2));
  }

  @Test
  void aLeaderWhoseClockIsBehindDoesNotTurnTimeBack() {
    long timeMillis = machine.timeMillis;
    append(SESSION, 0, 0);
    machine.timeMillis = timeMillis - Machine.BOUNDS.sessionTimeoutMillis();
    append(OTHER, 0, 0);
    machine.timeMillis = timeMillis + 1;
    assertThat(append(OTHER, 0, 0)).as("used a millisecond ago").isEqualTo(new Written(2, 2, 2));
  }

  @Test
  void theSessionUnusedForLongestGoesWhenThereAreTooMany() {
    WriteCommand.Bounds two = new WriteCommand.Bounds(32, 60_000, 2);
    UUID third = new UUID(9, 9);
    append(SESSION, two);
    append(OTHER, two);
    append(SESSION, two);
    append(third, two);
    assertThat(append(SESSION, two)).as("used after the other").isEqualTo(new Written(1, 1, 1));
    assertThat(append(OTHER, two)).as("forgotten").isEqualTo(new Written(4, 4, 4));
  }

  @Test
  void sessionsSurviveASnapshot() throws IOException {
    KvReply first = append(SESSION, 3, 2);
    KvReply second = append(SESSION, 2, 2);
    long sizeBytes = machine.machine.sizeBytes();
    machine.restore(machine.snapshot());
    assertThat(machine.machine.sizeBytes()).isEqualTo(sizeBytes);
    assertThat(append(SESSION, 3, 2)).isEqualTo(first);
    assertThat(append(SESSION, 2, 2)).isEqualTo(second);
    assertThat(append(SESSION, 1, 1)).isEqualTo(new SequenceSuperseded(3));
  }

  @Test
  void manyOutstandingWritesSlideThroughWithoutGrowth() {
    for (int i = 0; i < 100; i++) {
      machine.apply(SESSION, i, 0, putOf("a", "1", Condition.ALWAYS));
    }
    for (int i = 100; i < 200; i++) {
      machine.apply(SESSION, i, i - 99, putOf("a", "1", Condition.ALWAYS));
    }
    long sizeBytes = machine.machine.sizeBytes();
    for (int i = 200; i < 5_000; i++) {
      machine.apply(SESSION, i, i - 99, putOf("a", "1", Condition.ALWAYS));
    }
    assertThat(machine.machine.sizeBytes() - sizeBytes).isLessThan(3_000);
  }

  private KvReply append(UUID session, long sequence, long firstOutstanding) {
    return machine.apply(session, sequence, firstOutstanding, letter());
  }

  private KvReply append(UUID session, WriteCommand.Bounds bounds) {
    return machine.apply(new WriteCommand(new SessionStamp(session, 0), 0, bounds, letter()));
  }

  private static Append letter() {
    return new Append(Key.of("a"), Machine.bytes("x"), Condition.ALWAYS);
  }
}
