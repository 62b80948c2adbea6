package io.flotilla.mapreduce.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputRange.KeyRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobRefusedException.Reason;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.persistence.SnapshotContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobRegistryTest {
  private static final JobSpec SPEC =
      new JobSpec("wordcount", List.of("/in/*"), "/out", 2, new TreeMap<>(Map.of("a", "b")), Optional.of("/my.jar"));
  private static final InputSplit SPLIT = new InputSplit(List.of(new FileRange("/in/1", 0, 9), new KeyRange("a", "b")), List.of("n1"));
  private static final RecordPosition AT = new RecordPosition("/in/1", 3);
  private static final TaskId MAP_0 = new TaskId("job-1", Phase.MAP, 0);
  private static final TaskId REDUCE_1 = new TaskId("job-1", Phase.REDUCE, 1);

  /** A job's life, one change of each kind. */
  private static final List<JobChange> LIFE = List.of(
      new JobChange.Submitted(SPEC, "r1", 1_000),
      new JobChange.SplitsAdded("job-1", 0, List.of(SPLIT)),
      new JobChange.SplitsAdded("job-1", 1, List.of(SPLIT)),
      new JobChange.PlanCompleted("job-1", 2, List.of()),
      new JobChange.AttemptFailed(new AttemptId(MAP_0, 7), "n1", "boom", Optional.of(AT)),
      new JobChange.RecordSkipped(MAP_0, AT),
      new JobChange.TaskDone(MAP_0, done(8), 1, 0),
      new JobChange.MapsLost(List.of(new AttemptId(MAP_0, 8)), true),
      new JobChange.TaskDone(MAP_0, done(9), 0, 1),
      new JobChange.TaskDone(REDUCE_1, done(1), 0, 0),
      new JobChange.Decided("job-1", Verdict.refused(Reason.CONFLICT, "why")),
      new JobChange.Ended("job-1", 2_000, 5));

  private static DoneTask done(long attempt) {
    return new DoneTask(attempt, new WorkerSite("n1", 77, "host", 9), 50, new Counters(new TreeMap<>(Map.of("x", 1L))), List.of(4L, 5L));
  }

  @Test
  void eachChangeMayBeRepeated() {
    JobRegistry once = JobRegistry.EMPTY;
    for (JobChange change : LIFE) {
      once = once.with(change);
      assertThat(once.with(change)).as("%s, repeated", change).isEqualTo(once);
    }
  }

  @Test
  void aJobsLifeIsRemembered() {
    JobRegistry registry = JobRegistry.EMPTY;
    for (JobChange change : LIFE.subList(0, 10)) {
      registry = registry.with(change);
    }

    Stage.Running running = (Stage.Running) registry.find("job-1").orElseThrow().stage();
    assertThat(running.map().done().get(0).attempt()).isEqualTo(9);
    assertThat(running.map().trouble(0).badRecords()).containsExactly(Map.entry(AT, "boom"));
    assertThat(running.map().trouble(0).losses()).isEqualTo(1);
    assertThat(running.map().retries()).isEqualTo(1);
    assertThat(running.map().counters().get("x")).as("what was lost counts no more").isEqualTo(1);
    assertThat(running.reduce().isDone(1)).isTrue();
  }

  @Test
  void aSecondPlanReplacesHalfOfAFirstOne() {
    JobRegistry registry = JobRegistry.EMPTY.with(LIFE.get(0)).with(LIFE.get(1)).with(LIFE.get(2)).with(LIFE.get(1));

    assertThat(registry.with(LIFE.get(3)).find("job-1").orElseThrow().stage())
        .isInstanceOfSatisfying(Stage.Running.class, running -> assertThat(running.plan().splits()).hasSize(1));
    assertThat(registry.with(new JobChange.SplitsAdded("job-1", 5, List.of(SPLIT)))).as("a gap").isEqualTo(registry);
  }

  @Test
  void theFirstCompletionWins() {
    JobRegistry registry = JobRegistry.EMPTY.with(LIFE.get(0)).with(LIFE.get(1)).with(LIFE.get(3)).with(LIFE.get(6));

    assertThat(registry.with(new JobChange.TaskDone(MAP_0, done(99), 0, 0))).isEqualTo(registry);
    assertThat(registry.with(new JobChange.MapsLost(List.of(new AttemptId(MAP_0, 99)), false))).as("another's output").isEqualTo(registry);
  }

  @Test
  void aDeposedCoordinatorChangesNothing() {
    JobRegistry first = JobRegistry.EMPTY.apply(new JobCommand.Coordinate("n1/1")).next();
    JobRegistry.Outcome second = first.apply(new JobCommand.Coordinate("n2/1"));

    assertThat(second.reply()).isEqualTo(new LogReply.Accepted(2));
    assertThat(second.next().apply(new JobCommand.Coordinate("n2/1")).reply()).as("repeated").isEqualTo(new LogReply.Accepted(2));
    JobRegistry.Outcome late = second.next().apply(new JobCommand.Change(1, List.of(LIFE.get(0))));
    assertThat(late.reply()).isEqualTo(new LogReply.Deposed(2));
    assertThat(late.next()).isEqualTo(second.next());
  }

  @Test
  void commandsComeBackAsTheyWere() throws IOException {
    for (JobCommand command : List.of(new JobCommand.Coordinate("n1/1"), new JobCommand.Change(3, LIFE))) {
      assertThat(JobCodec.decodeCommand(JobCodec.encode(command))).isEqualTo(command);
    }
  }

  @Test
  void aSnapshotHoldsTheRegistryAtEachStage() throws IOException {
    JobsStateMachine machine = new JobsStateMachine();
    machine.apply(1, 0, JobCodec.encode(new JobCommand.Coordinate("n1/1")));
    for (JobChange change : LIFE) {
      machine.apply(1, 0, JobCodec.encode(new JobCommand.Change(1, List.of(change))));
      JobsStateMachine other = new JobsStateMachine();
      other.restore(new ByteArrayInputStream(bytes(machine.snapshot())));
      assertThat(other.query(new byte[0])).isEqualTo(machine.query(new byte[0]));
      assertThat(other.sizeBytes()).isEqualTo(machine.sizeBytes()).isPositive();
    }
  }

  /** What stands in a log stays readable: these bytes were written by the first version. */
  @Test
  void theFirstVersionsCommandsAreReadable() throws IOException {
    assertThat(HexFormat.of().formatHex(JobCodec.encode(new JobCommand.Coordinate("n1/1")))).isEqualTo("0101" + "6e312fb1");
    assertThat(JobCodec.decodeCommand(HexFormat.of().parseHex("0101" + "6e312fb1"))).isEqualTo(new JobCommand.Coordinate("n1/1"));
  }

  @Test
  void whatCannotBeReadIsAnsweredAndChangesNothing() throws IOException {
    JobsStateMachine machine = new JobsStateMachine();
    byte[] command = JobCodec.encode(new JobCommand.Change(0, LIFE));
    for (int length = 0; length < command.length; length++) {
      byte[] reply = machine.apply(1, 0, Arrays.copyOf(command, length));
      assertThat(JobCodec.decodeReply(reply)).as("%d bytes", length).isInstanceOf(LogReply.Malformed.class);
    }
    assertThat(JobCodec.decodeRegistry(machine.query(new byte[0]))).isEqualTo(JobRegistry.EMPTY);
    assertThatThrownBy(() -> JobCodec.decodeRegistry(new byte[] {9})).isInstanceOf(IOException.class).hasMessageContaining("format 9");
  }

  private static byte[] bytes(SnapshotContent content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out);
    return out.toByteArray();
  }
}
