package io.flotilla.mapreduce.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.JobRefusedException.Reason;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus.BadRecord;
import io.flotilla.mapreduce.client.JobStatus.State;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskWork;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The scheduler's rules, one by one. */
class SchedulerTest {
  private static final RecordPosition BAD = new RecordPosition("/in/0", 7);

  @Test
  void tasksGoToFreeSlotsAndReduceTasksWaitForAllMapTasks() {
    Office office = new Office(2, 1, 3, 1);
    office.submit("a");
    assertThat(office.runningTasks()).containsExactly("job-1/m-00000", "job-1/m-00001");

    office.done(office.latest("job-1/m-00000"));
    assertThat(office.runningTasks()).containsExactly("job-1/m-00001", "job-1/m-00002");
    office.done(office.latest("job-1/m-00001"));
    assertThat(office.runningTasks()).containsExactly("job-1/m-00002");
    office.done(office.latest("job-1/m-00002"));
    assertThat(office.runningTasks()).containsExactly("job-1/r-00000");

    TaskWork.ReduceWork reduce = (TaskWork.ReduceWork) office.works.get(office.latest("job-1/r-00000"));
    assertThat(reduce.mapOutputs()).hasSize(3);
  }

  @Test
  void aJobSucceedsOnceItsOutputIsComplete() {
    Office office = new Office(1, 2, 1, 1);
    office.submit("a");
    office.finishAll(Phase.MAP);
    office.finishAll(Phase.REDUCE);
    assertThat(office.status("job-1").state()).isEqualTo(State.RUNNING);
    assertThat(office.effects).anyMatch(Effect.CommitOutput.class::isInstance);

    office.input(new Input.OutputCommitted("job-1", Optional.empty()));

    assertThat(office.status("job-1").state()).isEqualTo(State.SUCCEEDED);
    assertThat(office.effects).anyMatch(Effect.Forget.class::isInstance);
  }

  @Test
  void mapTasksRunWhereTheirInputIs() {
    Office office = new Office(3, 1, 3, 1).near("n3", "n1", "n2");
    office.submit("a");

    assertThat(office.running.get(office.latest("job-1/m-00000"))).isEqualTo("n3");
    assertThat(office.running.get(office.latest("job-1/m-00001"))).isEqualTo("n1");
    assertThat(office.running.get(office.latest("job-1/m-00002"))).isEqualTo("n2");
  }

  @Test
  void aReduceTaskRunsWhereMostOfItsInputIs() {
    Office office = new Office(3, 1, 2, 1).near("n3", "n3");
    office.submit("a");
    AttemptId elsewhere = office.running.keySet().stream().filter(a -> !office.running.get(a).equals("n3")).findFirst().orElseThrow();
    office.done(office.running.keySet().stream().filter(a -> office.running.get(a).equals("n3")).findFirst().orElseThrow());
    office.end(elsewhere, new TaskOutcome.MapDone(Counters.NONE, List.of(1L)), 10);

    assertThat(office.running.get(office.latest("job-1/r-00000"))).isEqualTo("n3");
  }

  @Test
  void jobsShareSlotsFairly() {
    Office office = new Office(2, 2, 8, 1);
    office.submit("a");
    assertThat(office.running).hasSize(4);
    office.submit("b");
    office.done(office.latest("job-1/m-00000"));
    office.done(office.latest("job-1/m-00001"));

    assertThat(jobsRunning(office)).containsExactly("job-1", "job-1", "job-2", "job-2");
    office.done(office.latest("job-2/m-00000"));
    assertThat(jobsRunning(office)).containsExactly("job-1", "job-1", "job-2", "job-2");
  }

  @Test
  void aSilentNodesTasksRunElsewhereTheFinishedMapTasksToo() {
    Office office = new Office(2, 1, 3, 1);
    office.submit("a");
    AttemptId done = office.running.keySet().stream().filter(a -> office.running.get(a).equals("n2")).findFirst().orElseThrow();
    office.done(done);
    AttemptId lost = office.running.keySet().stream().filter(a -> office.running.get(a).equals("n2")).findFirst().orElseThrow();
    office.running.remove(lost);

    office.pass(4_000, "n2");
    assertThat(office.status("job-1").map().done()).as("not yet").isEqualTo(1);
    office.pass(2_000, "n2");
    assertThat(office.status("job-1").map().done()).isZero();
    office.finishAll(Phase.MAP);

    assertThat(office.latest(done.task().toString())).isNotEqualTo(done);
    assertThat(office.status("job-1").map().retries()).isEqualTo(2);
    assertThat(office.status("job-1").map().done()).isEqualTo(3);
  }

  @Test
  void aNodeThatIsGoneForCertainIsNotWaitedFor() {
    Office office = new Office(2, 1, 3, 1);
    office.submit("a");
    AttemptId done = office.running.keySet().stream().filter(a -> office.running.get(a).equals("n2")).findFirst().orElseThrow();
    office.done(done);
    office.running.values().removeIf("n2"::equals);
    office.pass(1_500, "n2");
    assertThat(office.effects).noneMatch(Effect.Probe.class::isInstance);
    office.pass(500, "n2");
    Effect.Probe probe = (Effect.Probe) office.effects.stream().filter(Effect.Probe.class::isInstance).findFirst().orElseThrow();

    office.input(new Input.Probed(probe.site(), false));
    assertThat(office.status("job-1").map().done()).isEqualTo(1);
    office.input(new Input.Probed(probe.site(), true));
    assertThat(office.status("job-1").map().done()).isZero();
    assertThat(office.status("job-1").map().inProgress()).isEqualTo(1);

    office.restart("n2");
    assertThat(office.status("job-1").map().inProgress()).as("its next life is another").isEqualTo(2);
  }

  @Test
  void whoeverReportsIsNotGone() {
    Office office = new Office(2, 1, 4, 1);
    office.submit("a");
    WorkerState worker = office.state.workers().get("n2");
    office.running.values().removeIf("n2"::equals);

    office.input(new Input.Probed(worker.site(), true));
    office.reportAll();
    office.finishAll(Phase.MAP);

    assertThat(office.status("job-1").map().done()).isEqualTo(4);
  }

  @Test
  void finishedReduceTasksStayFinishedWhenTheirNodeGoes() {
    Office office = new Office(2, 1, 1, 2);
    office.submit("a");
    office.finishAll(Phase.MAP);
    AttemptId first = office.running.keySet().iterator().next();
    String node = office.running.get(first);
    office.done(first);

    office.restart(node);

    assertThat(office.status("job-1").reduce().done()).isEqualTo(1);
    office.finishAll(Phase.MAP);
    office.finishAll(Phase.REDUCE);
    assertThat(office.works.keySet().stream().filter(a -> a.task().equals(first.task()))).hasSize(1);
  }

  @Test
  void aRestartedNodeHasLostWhatItHad() {
    Office office = new Office(2, 1, 2, 1);
    office.submit("a");
    office.done(office.latest("job-1/m-00000"));

    office.restart("n1");

    assertThat(office.status("job-1").map().done()).isZero();
    assertThat(office.runningTasks()).containsExactly("job-1/m-00000", "job-1/m-00001");
  }

  @Test
  void mapOutputThatCannotBeFetchedIsMadeAgainAndTheReduceTaskWaits() {
    Office office = new Office(2, 1, 2, 1);
    office.submit("a");
    office.finishAll(Phase.MAP);
    AttemptId lost = office.latest("job-1/m-00001");

    office.end(office.latest("job-1/r-00000"), new TaskOutcome.MapOutputLost(List.of(lost), "gone"), 10);
    assertThat(office.runningTasks()).containsExactly("job-1/m-00001");
    office.done(office.latest("job-1/m-00001"));

    assertThat(office.runningTasks()).containsExactly("job-1/r-00000");
    assertThat(office.status("job-1").map().retries()).isEqualTo(1);
  }

  @Test
  void thatAnOlderAttemptsOutputIsGoneMeansNothing() {
    Office office = new Office(2, 1, 1, 2);
    office.submit("a");
    AttemptId old = office.latest("job-1/m-00000");
    office.finishAll(Phase.MAP);
    AttemptId one = office.latest("job-1/r-00000");
    AttemptId other = office.latest("job-1/r-00001");
    office.end(one, new TaskOutcome.MapOutputLost(List.of(old), "gone"), 10);
    office.finishAll(Phase.MAP);

    office.end(other, new TaskOutcome.MapOutputLost(List.of(old), "gone"), 10);

    assertThat(office.status("job-1").map().done()).isEqualTo(1);
    assertThat(office.runningTasks()).containsExactly("job-1/r-00000", "job-1/r-00001");
  }

  @Test
  void outputThatNeverCanBeFetchedFailsTheJob() {
    Office office = new Office(2, 1, 1, 1);
    office.submit("a");
    for (int i = 0; i < Office.SETTINGS.maxLosses(); i++) {
      office.finishAll(Phase.MAP);
      AttemptId map = office.latest("job-1/m-00000");
      office.end(office.latest("job-1/r-00000"), new TaskOutcome.MapOutputLost(List.of(map), "no route to host"), 10);
    }

    office.input(new Input.OutputAborted("job-1"));
    assertThat(office.status("job-1").state()).isEqualTo(State.FAILED);
    assertThat(office.status("job-1").failure()).hasValueSatisfying(why ->
        assertThat(why).contains("map task 0").contains("no route to host"));
  }

  @Test
  void aTaskThatFailsTooOftenFailsItsJobAndSaysWhy() {
    Office office = new Office(2, 1, 1, 1);
    office.submit("a");
    for (int i = 0; i < Office.SETTINGS.maxAttempts(); i++) {
      office.fail(office.latest("job-1/m-00000"), new RecordPosition("/in/0", i));
    }

    assertThat(office.effects.getLast()).isInstanceOf(Effect.AbortOutput.class);
    office.input(new Input.OutputAborted("job-1"));
    assertThat(office.status("job-1").state()).isEqualTo(State.FAILED);
    assertThat(office.status("job-1").failure()).hasValueSatisfying(why ->
        assertThat(why).startsWith("map task 0 failed 3 times, last on n").endsWith("at /in/0:2: boom"));
  }

  @Test
  void aFailureThatWouldOnlyRepeatItselfFailsTheJobAtOnce() {
    Office office = new Office(1, 1, 1, 1);
    office.submit("a");

    office.end(office.latest("job-1/m-00000"), new TaskOutcome.Failed("no such class", Optional.empty(), true), 10);

    assertThat(office.status("job-1").failure()).contains("map task 0 failed on n1: no such class");
  }

  @Test
  void aTaskIsTriedOnAnotherNodeAfterAFailure() {
    Office office = new Office(2, 2, 1, 1);
    office.submit("a");
    AttemptId first = office.latest("job-1/m-00000");
    String node = office.running.get(first);

    office.fail(first);

    assertThat(office.running.get(office.latest("job-1/m-00000"))).isNotEqualTo(node);
  }

  @Test
  void aRecordThatMakesAttemptsFailIsLeftOut() {
    Office office = new Office(2, 1, 1, 1);
    office.submit("a");
    office.fail(office.latest("job-1/m-00000"), BAD);
    assertThat(office.works.get(office.latest("job-1/m-00000")).badRecords()).isEmpty();
    office.fail(office.latest("job-1/m-00000"), BAD);
    assertThat(office.works.get(office.latest("job-1/m-00000")).badRecords()).containsExactly(BAD);

    RecordPosition second = new RecordPosition("/in/0", 99);
    office.fail(office.latest("job-1/m-00000"), second);
    office.fail(office.latest("job-1/m-00000"), second);
    assertThat(office.works.get(office.latest("job-1/m-00000")).badRecords()).as("what was found is a new beginning")
        .containsExactly(BAD, second);
    assertThat(office.status("job-1").badRecords()).extracting(BadRecord::at).containsExactly(BAD, second);
  }

  @Test
  void aFailureToldTwiceCountsOnce() {
    Office office = new Office(1, 2, 1, 1);
    office.submit("a");
    AttemptId first = office.latest("job-1/m-00000");
    office.fail(first);
    for (int i = 0; i < 5; i++) {
      office.running.put(first, "n1");
      office.fail(first);
    }

    assertThat(office.status("job-1").state()).isEqualTo(State.RUNNING);
  }

  @Test
  void aStragglerGetsOneBackupAndTheFirstToFinishWins() {
    Office office = new Office(3, 1, 3, 1);
    office.submit("a");
    AttemptId slow = office.latest("job-1/m-00002");
    office.done(office.latest("job-1/m-00000"));
    office.done(office.latest("job-1/m-00001"));
    office.pass(4_500);
    assertThat(office.backups).isEmpty();

    office.pass(1_000);
    assertThat(office.backups).singleElement().satisfies(backup -> {
      assertThat(backup.task()).isEqualTo(slow.task());
      assertThat(office.running.get(backup)).isNotEqualTo(office.running.get(slow));
    });
    office.pass(20_000);
    assertThat(office.backups).hasSize(1);

    office.done(office.backups.getFirst());
    assertThat(office.effects).contains(new Effect.Cancel(office.running.get(slow), slow));
    office.end(slow, new TaskOutcome.MapDone(Counters.NONE, List.of(1L)), 30_000);
    assertThat(office.status("job-1").map().done()).isEqualTo(3);
    assertThat(office.status("job-1").map().backups()).isEqualTo(1);
    assertThat(office.state.jobs().find("job-1").orElseThrow().stage()).isInstanceOfSatisfying(
        Stage.Running.class,
        running -> assertThat(running.map().done().get(2).attempt()).isEqualTo(office.backups.getFirst().attempt()));
  }

  @Test
  void aSlowTaskThatIsNearlyDoneGetsNoBackup() {
    Office office = new Office(3, 1, 3, 1);
    office.submit("a");
    office.done(office.latest("job-1/m-00000"));
    office.done(office.latest("job-1/m-00001"));
    office.progress(office.latest("job-1/m-00002"), 0.95);

    office.pass(10_000);

    assertThat(office.backups).isEmpty();
  }

  @Test
  void tasksThatAllTakeLongGetNoBackups() {
    Office office = new Office(4, 1, 3, 1);
    office.submit("a");
    office.end(office.latest("job-1/m-00000"), new TaskOutcome.MapDone(Counters.NONE, List.of(1L)), 4_900);
    office.end(office.latest("job-1/m-00001"), new TaskOutcome.MapDone(Counters.NONE, List.of(1L)), 4_900);

    office.pass(9_000);

    assertThat(office.backups).isEmpty();
  }

  @Test
  void aCancelledJobWaitsForItsAttemptsToEnd() {
    Office office = new Office(2, 1, 2, 1);
    office.submit("a");

    office.input(new Input.CancelRequested(9, "job-1"));
    assertThat(office.effects).filteredOn(Effect.Cancel.class::isInstance).hasSize(2);
    assertThat(office.effects).noneMatch(Effect.AbortOutput.class::isInstance);
    List.copyOf(office.running.keySet()).forEach(attempt -> office.end(attempt, new TaskOutcome.Cancelled(), 10));
    assertThat(office.effects.getLast()).isInstanceOf(Effect.AbortOutput.class);
    assertThat(office.replies()).as("not while it is being tidied up").noneMatch(JobReply.Found.class::isInstance);
    office.input(new Input.OutputAborted("job-1"));

    assertThat(office.replies().getLast()).isEqualTo(new JobReply.Found(office.status("job-1")));
    assertThat(office.status("job-1").state()).isEqualTo(State.CANCELLED);
    office.input(new Input.CancelRequested(10, "job-1"));
    assertThat(office.replies().getLast()).isInstanceOf(JobReply.Found.class);
    office.input(new Input.CancelRequested(11, "job-7"));
    assertThat(office.replies().getLast()).isEqualTo(new JobReply.NotFound("no job job-7"));
  }

  @Test
  void whoCancelsIsAnsweredInTimeThoughAnAttemptDoesNotEnd() {
    Office office = new Office(2, 1, 2, 1);
    office.submit("a");
    office.input(new Input.CancelRequested(9, "job-1"));
    office.pass(Office.SETTINGS.answerMillis());
    assertThat(office.replies().getLast()).isEqualTo(new JobReply.Found(office.status("job-1")));
    assertThat(office.status("job-1").endedMillis()).isEmpty();
  }

  @Test
  void aRefusedJobIsAnsweredWithTheReasonAlsoWhenAskedAgain() {
    Office office = new Office(1, 1, 1, 1);
    office.input(new Input.SubmitRequested(1, World.spec("x"), "r"));
    office.input(new Input.Refused("job-1", Reason.CONFLICT, "/out/x is there already"));
    office.input(new Input.SubmitRequested(2, World.spec("x"), "r"));

    assertThat(office.replies()).containsExactly(new JobReply.Conflict("/out/x is there already"),
        new JobReply.Conflict("/out/x is there already"));
    assertThat(office.effects).as("what is there is not ours").noneMatch(Effect.AbortOutput.class::isInstance);
  }

  @Test
  void aPlanThatTakesLongIsNotWaitedFor() {
    Office office = new Office(1, 1, 1, 1);
    office.input(new Input.SubmitRequested(1, World.spec("x"), "r"));
    assertThat(office.replies()).isEmpty();

    office.pass(2_500);

    assertThat(office.replies()).singleElement().isInstanceOfSatisfying(JobReply.Submitted.class,
        reply -> assertThat(reply.job().state()).isEqualTo(State.PLANNING));
  }

  @Test
  void aLargePlanComesInPieces() {
    Office office = new Office(1, 1, 200, 1);
    office.submit("a");

    assertThat(office.effects.stream().filter(effect -> effect instanceof Effect.Append(var change)
        && change instanceof JobChange.SplitsAdded)).hasSizeGreaterThan(5);
    assertThat(office.status("job-1").map().tasks()).isEqualTo(200);
  }

  @Test
  void onlyTheLatestEndedJobsAreRemembered() {
    Office office = new Office(1, 1, 1, 1);
    for (int i = 1; i <= 4; i++) {
      office.submit("r" + i);
      office.finishAll(Phase.MAP);
      office.finishAll(Phase.REDUCE);
      office.input(new Input.OutputCommitted("job-" + i, Optional.empty()));
    }

    assertThat(office.state.jobs().jobs()).containsOnlyKeys(3L, 4L);
  }

  @Test
  void aCoordinatorThatStoodStillBlamesNobody() {
    Office office = new Office(2, 1, 2, 1);
    office.submit("a");
    office.done(office.latest("job-1/m-00000"));

    office.passWithoutReports(60_000);

    assertThat(office.status("job-1").map().done()).isEqualTo(1);
  }

  private static List<String> jobsRunning(Office office) {
    return office.running.keySet().stream().map(attempt -> attempt.task().jobId()).sorted().toList();
  }

  @Test
  void numbersOfAttemptsAreNeverUsedTwice() {
    Office office = new Office(2, 1, 2, 1);
    office.submit("a");
    office.done(office.latest("job-1/m-00000"));
    office.restart("n1");
    office.restart("n2");
    office.finishAll(Phase.MAP);

    Set<Long> numbers = office.works.keySet().stream().map(AttemptId::attempt).collect(Collectors.toSet());
    assertThat(numbers).hasSameSizeAs(office.works.keySet());
  }
}
