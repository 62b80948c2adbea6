package io.flotilla.mapreduce.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said arrives. */
class TaskFormatTest {
  private static final JobSpec SPEC = new JobSpec("com.example.Ängste", List.of("/a/*", "kv:b"), "/out", 3,
      new TreeMap<>(Map.of("x", "", "y", "2")), Optional.of("/a.jar"));
  private static final AttemptId MAP = new AttemptId(new TaskId("job-1", TaskId.Phase.MAP, 7), 1L << 40);
  private static final AttemptId REDUCE = new AttemptId(new TaskId("job-1", TaskId.Phase.REDUCE, 0), 0);
  private static final RecordPosition POSITION = new RecordPosition("/a/b", 1L << 33);
  private static final Key KEY = Key.of("Schlüssel");
  private static final Counters COUNTERS = new Counters(new TreeMap<>(Map.of("a", -1L, "b", Long.MAX_VALUE)));

  static Stream<ChildMessage> messages() {
    InputSplit split = new InputSplit(List.of(new InputRange.FileRange("/a/b", 0, 1L << 40), new InputRange.KeyRange("k", "")), List.of("n1"));
    return Stream.of(
        new ChildMessage.Ready(),
        new ChildMessage.Run(new TaskWork.MapWork(MAP, SPEC, split, 3, List.of(), List.of(POSITION))),
        new ChildMessage.Run(new TaskWork.ReduceWork(REDUCE, SPEC, List.of(new MapOutput(MAP, "n1", "127.0.0.1", 7)), List.of())),
        new ChildMessage.Advanced(new TaskProgress(0.25, COUNTERS, Optional.of(POSITION))),
        new ChildMessage.Ended(new TaskOutcome.MapDone(COUNTERS, List.of(1L, 0L))),
        new ChildMessage.Ended(new TaskOutcome.ReduceDone(Counters.NONE)),
        new ChildMessage.Ended(new TaskOutcome.Failed("why", Optional.empty(), true)),
        new ChildMessage.Ended(new TaskOutcome.Failed("why", Optional.of(POSITION), false)),
        new ChildMessage.Ended(new TaskOutcome.MapOutputLost(List.of(MAP), "gone")),
        new ChildMessage.Ended(new TaskOutcome.Cancelled()),
        new ChildMessage.AskStore(1, new KvRequest.Get(KEY, KvRequest.Consistency.LEASE)),
        new ChildMessage.AskStore(1, new KvRequest.Delete(KEY, new KvRequest.Condition.VersionIs(7))),
        new ChildMessage.StoreSays(Long.MAX_VALUE, new KvReply.Written(1, 2, 3)),
        new ChildMessage.StoreSays(2, new KvReply.Deleted(true, 9)),
        new ChildMessage.StoreSays(2, new KvReply.NotFound()),
        new ChildMessage.StoreSays(2, new KvReply.Scanned(List.of(), Optional.of("c"))),
        new ChildMessage.StoreSays(2, new KvReply.ConditionFailed(1, 2, 0)),
        new ChildMessage.StoreSays(2, new KvReply.Invalid("no")),
        new ChildMessage.StoreSays(2, new KvReply.TooLarge(2, 1)),
        new ChildMessage.StoreSays(2, new KvReply.Unavailable(KvReply.Reason.STORE_FULL, Duration.ofSeconds(1))),
        new ChildMessage.StoreSays(2, new KvReply.OutcomeUnknown()),
        new ChildMessage.AskTraits(SPEC),
        new ChildMessage.TraitsAre(new JobProbe.Traits(true, false)),
        new ChildMessage.Sample(SPEC, split.ranges(), 9),
        new ChildMessage.Refused(JobRefusedException.Reason.CONFLICT, "no"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messagesArriveAsTheyWereSent(ChildMessage message) throws IOException {
    assertThat(reader(bytes(message)).read()).isEqualTo(message);
  }

  @Test
  void bytesArriveAsTheyWereSent() throws IOException {
    byte[] key = {0, -1, 9};
    InputSplit split = new InputSplit(List.of(), List.of());
    assertThat(reader(bytes(new ChildMessage.Run(new TaskWork.MapWork(MAP, SPEC, split, 2, List.of(key), List.of())))).read())
        .isInstanceOfSatisfying(ChildMessage.Run.class, run ->
            assertThat(((TaskWork.MapWork) run.work()).boundaries()).containsExactly(key));
    assertThat(reader(bytes(new ChildMessage.Sampled(List.of(key)))).read())
        .isInstanceOfSatisfying(ChildMessage.Sampled.class, sampled -> assertThat(sampled.keys()).containsExactly(key));
  }

  @Test
  void recordsOfTheStoreArriveAsTheyWereSent() throws IOException {
    byte[] value = {0, -1};
    assertThat(reader(bytes(new ChildMessage.AskStore(1, new KvRequest.Put(KEY, value, new KvRequest.Condition.Absent())))).read())
        .isInstanceOfSatisfying(ChildMessage.AskStore.class, ask -> assertThat(ask.request())
            .usingRecursiveComparison().isEqualTo(new KvRequest.Put(KEY, value, new KvRequest.Condition.Absent())));
    KvRequest scan = new KvRequest.Scan(value, Optional.of(value), Optional.empty(), 9, Optional.of("c"), KvRequest.Consistency.STALE);
    assertThat(reader(bytes(new ChildMessage.AskStore(1, scan))).read())
        .isInstanceOfSatisfying(ChildMessage.AskStore.class, ask -> assertThat(ask.request()).usingRecursiveComparison().isEqualTo(scan));
    KvReply page = new KvReply.Scanned(List.of(new KvReply.Item(KEY, value, 1, 2)), Optional.empty());
    assertThat(reader(bytes(new ChildMessage.StoreSays(1, page))).read())
        .isInstanceOfSatisfying(ChildMessage.StoreSays.class, says -> assertThat(says.reply()).usingRecursiveComparison().isEqualTo(page));
    assertThat(reader(bytes(new ChildMessage.StoreSays(1, new KvReply.Found(value, 1, 2)))).read())
        .isInstanceOfSatisfying(ChildMessage.StoreSays.class, says -> assertThat(((KvReply.Found) says.reply()).value()).containsExactly(value));
  }

  @Test
  void theEndAndAnythingElseAreNoMessages() {
    assertThatThrownBy(() -> reader(new byte[0]).read()).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("hello, I am printed".getBytes(StandardCharsets.UTF_8)).read())
        .isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class).hasMessageContaining("no message");
  }

  private interface Reader {
    ChildMessage read() throws IOException;
  }

  private static Reader reader(byte[] bytes) {
    return () -> ChildMessage.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  private static byte[] bytes(ChildMessage message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChildMessage.write(out, message);
    return out.toByteArray();
  }
}
