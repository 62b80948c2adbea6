package io.flotilla.mapreduce.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputRange.KeyRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.BadRecord;
import io.flotilla.mapreduce.client.JobStatus.PhaseStatus;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import io.flotilla.mapreduce.client.JobStatus.State;
import io.flotilla.mapreduce.coordinator.WorkerReport;
import io.flotilla.mapreduce.coordinator.WorkerReport.EndedAttempt;
import io.flotilla.mapreduce.coordinator.WorkerReport.RunningAttempt;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MapReduceKryoTest {
  private static final ActorTestKit TEST_KIT = ActorTestKit.create(ConfigFactory.parseString("""
      pekko.actor.provider = cluster
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.loglevel = WARNING
      """).withFallback(ConfigFactory.load()));

  private static final JobSpec SPEC =
      new JobSpec("grep", List.of("/in/*", "kv:a"), "/out", 7, new TreeMap<>(Map.of("pattern", "ü.*")), Optional.of("/my.jar"));
  private static final AttemptId MAP = new AttemptId(new TaskId("job-3", Phase.MAP, 12), 4_000_001);
  private static final AttemptId REDUCE = new AttemptId(new TaskId("job-3", Phase.REDUCE, 0), 1);
  private static final RecordPosition AT = new RecordPosition("/in/a", 77);
  private static final Counters COUNTERS = new Counters(new TreeMap<>(Map.of("x", 3L, "y", -1L)));
  private static final JobStatus STATUS = new JobStatus("job-3", SPEC, State.FAILED, Optional.of("n1"), 5, Optional.of(9L),
      new PhaseStatus(4, 1, 1, 2, 0.6, 1, 2), new PhaseStatus(7, 7, 0, 0, 0, 0, 0), COUNTERS, Optional.of("why"),
      List.of(new SlowTask("job-3/m-00001", "n2", 900, 100)), List.of(new BadRecord("job-3/m-00001", AT, "bad")));

  @AfterAll
  static void stop() {
    TEST_KIT.shutdownTestKit();
  }

  static Stream<Object> messages() {
    var coordinator = TEST_KIT.<CoordinatorProtocol>createTestProbe().ref();
    var client = TEST_KIT.<JobReply>createTestProbe().ref();
    return Stream.of(
        new WorkerProtocol.Announce(3, "n1", coordinator),
        new WorkerProtocol.Start(3, new TaskWork.MapWork(MAP, SPEC,
            new InputSplit(List.of(new FileRange("/in/a", 5, 1L << 40), new KeyRange("a", "")), List.of("n1")), 7, List.of(), List.of(AT))),
        new WorkerProtocol.Start(3, new TaskWork.ReduceWork(REDUCE, SPEC, List.of(new MapOutput(MAP, "n1", "localhost", 9)), List.of())),
        new WorkerProtocol.Cancel(3, MAP),
        new WorkerProtocol.Acknowledge(3, REDUCE),
        new WorkerProtocol.Forget(3, "job-3"),
        new CoordinatorProtocol.Report(new WorkerReport(new WorkerSite("n1", 1L << 41, "localhost", 9), 8, 2,
            List.of(new RunningAttempt(MAP, new TaskProgress(0.25, COUNTERS, Optional.of(AT)), 1200)),
            Stream.of(new TaskOutcome.MapDone(COUNTERS, List.of(1L, 2L)), new TaskOutcome.ReduceDone(COUNTERS),
                new TaskOutcome.Failed("no", Optional.of(AT), true), new TaskOutcome.MapOutputLost(List.of(MAP), "gone"),
                new TaskOutcome.Cancelled()).map(outcome -> new EndedAttempt(REDUCE, outcome, 5)).toList(),
            new TreeSet<>(List.of("job-3")))),
        new CoordinatorProtocol.Submit(SPEC, "r1", client),
        new CoordinatorProtocol.CancelJob("job-3", client),
        new CoordinatorProtocol.GetJob("job-3", client),
        new CoordinatorProtocol.ListJobs(client),
        new JobReply.Submitted(STATUS),
        new JobReply.Found(STATUS),
        new JobReply.Listed(List.of(STATUS, STATUS)),
        new JobReply.NotFound("a"),
        new JobReply.Conflict("b"),
        new JobReply.Invalid("c"),
        new JobReply.Unavailable("d"),
        new JobReply.OutcomeUnknown("e"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messagesComeBackAsTheyWere(Object message) {
    TEST_KIT.serializationTestKit().verifySerialization(message, true);
    assertThat(message).isNotNull();
  }
}
