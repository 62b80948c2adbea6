package io.flotilla.mapreduce.coordinator;

import static io.flotilla.raft.Checks.check;

import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.registry.DoneTask;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.PhaseRecord;
import io.flotilla.mapreduce.registry.PhaseSummary;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fills free slots. Each goes to the job that has fewest, so that jobs share fairly; of a job, to a task that is idle, where it is best
 * done; and when no job has one, to a backup of a straggler.
 */
final class Assignment {
  /** Numbers of one reign's attempts of one job; the next reign's are above. */
  private static final long ATTEMPTS_PER_EPOCH = 1_000_000;

  /** A task for a node. */
  private record Choice(TaskId task, String node, boolean isBackup) {}

  private final Draft draft;
  private final SortedMap<String, Integer> free = new TreeMap<>();

  private Assignment(Draft draft) {
    this.draft = draft;
    draft.workers.forEach((node, worker) -> {
      long occupied = draft.attempts.values().stream().filter(attempt -> attempt.node().equals(node)).count();
      if (draft.now.millis() - worker.heardMillis() <= draft.settings.suspectMillis() && occupied < worker.slots()) {
        free.put(node, (int) (worker.slots() - occupied));
      }
    });
  }

  static void assign(Draft draft) {
    Assignment assignment = new Assignment(draft);
    assignment.fill(assignment::idle);
    if (draft.settings.backups().enabled()) {
      assignment.fill(assignment::straggler);
    }
  }

  private void fill(Function<JobRecord, Optional<Choice>> chooser) {
    if (draft.isAdopting()) {
      return;
    }
    while (!free.isEmpty()) {
      Optional<Choice> choice = byShare().map(chooser).flatMap(Optional::stream).findFirst();
      if (choice.isEmpty()) {
        return;
      }
      start(choice.get());
    }
  }

  private Stream<JobRecord> byShare() {
    Map<String, Long> shares = draft.attempts.values().stream()
        .collect(Collectors.groupingBy(attempt -> attempt.id().task().jobId(), Collectors.counting()));
    return draft.jobs().jobs().values().stream()
        .filter(job -> job.stage() instanceof Stage.Running && draft.prepared.contains(job.number()))
        .sorted(Comparator.comparingLong(job -> shares.getOrDefault(job.id(), 0L)));
  }

  private Optional<Choice> idle(JobRecord job) {
    Stage.Running running = (Stage.Running) job.stage();
    if (!running.map().isDone()) {
      return idleMap(job, running, idleTasks(job, Phase.MAP, running.map()));
    }
    return idleTasks(job, Phase.REDUCE, running.reduce()).stream()
        .max(Comparator.comparingLong(partition -> partitionBytes(running.map(), partition).values().stream().mapToLong(b -> b).sum()))
        .map(partition -> new Choice(new TaskId(job.id(), Phase.REDUCE, partition),
            bestNode(avoided(running.reduce(), partition), partitionBytes(running.map(), partition)), false));
  }

  private List<Integer> idleTasks(JobRecord job, Phase phase, PhaseRecord record) {
    Set<Integer> taken = draft.attempts.values().stream().filter(attempt -> !attempt.cancelled()).map(attempt -> attempt.id().task())
        .filter(task -> task.jobId().equals(job.id()) && task.phase() == phase).map(TaskId::number)
        .collect(Collectors.toCollection(HashSet::new));
    return IntStream.range(0, record.tasks()).filter(task -> !record.isDone(task) && !taken.contains(task)).boxed().toList();
  }

  /** A task whose input is near a free slot, or else the next one. */
  private Optional<Choice> idleMap(JobRecord job, Stage.Running running, List<Integer> idle) {
    Optional<Integer> near = idle.stream().filter(task -> nodes(running.plan(), task).anyMatch(node -> free.containsKey(node))).findFirst();
    return near.or(() -> idle.stream().findFirst()).map(task -> {
      SortedMap<String, Long> preference = new TreeMap<>();
      nodes(running.plan(), task).forEach(node -> preference.put(node, 1L));
      return new Choice(new TaskId(job.id(), Phase.MAP, task), bestNode(avoided(running.map(), task), preference), false);
    });
  }

  private static Stream<String> nodes(JobPlan plan, int task) {
    return plan.splits().get(task).nodes().stream();
  }

  /** Where it failed before, or its output was lost: perhaps the node is at fault. */
  private static SortedSet<String> avoided(PhaseRecord phase, int task) {
    return new TreeSet<>(List.of(phase.trouble(task).lastNode()));
  }

  /** Of the nodes with a free slot: one that is not to be avoided, then the one most preferred, then the one with most free slots. */
  private String bestNode(SortedSet<String> avoid, Map<String, Long> preference) {
    return free.entrySet().stream().min(Comparator
        .<Map.Entry<String, Integer>, Boolean>comparing(node -> avoid.contains(node.getKey()))
        .thenComparingLong(node -> -preference.getOrDefault(node.getKey(), 0L))
        .thenComparingInt(node -> -node.getValue())).orElseThrow().getKey();
  }

  private static SortedMap<String, Long> partitionBytes(PhaseRecord map, int partition) {
    SortedMap<String, Long> byNode = new TreeMap<>();
    for (DoneTask done : map.done().values()) {
      if (partition < done.segmentBytes().size()) {
        byNode.merge(done.site().node(), done.segmentBytes().get(partition), Long::sum);
      }
    }
    return byNode;
  }

  private Optional<Choice> straggler(JobRecord job) {
    Stage.Running running = (Stage.Running) job.stage();
    Phase phase = running.map().isDone() ? Phase.REDUCE : Phase.MAP;
    PhaseRecord record = phase == Phase.MAP ? running.map() : running.reduce();
    long medianMillis = PhaseSummary.medianMillis(record);
    // Less than half done: what takes long may be what the rest will take as well.
    if (record.done().size() * 2 < record.tasks() || record.done().isEmpty()) {
      return Optional.empty();
    }
    return draft.attempts.values().stream()
        .filter(attempt -> attempt.id().task().jobId().equals(job.id()) && attempt.id().task().phase() == phase)
        .filter(attempt -> isStraggler(attempt, medianMillis))
        .min(Comparator.comparingLong(AttemptState::startedMillis))
        .map(attempt -> new Choice(attempt.id().task(),
            bestNode(new TreeSet<>(List.of(attempt.node())), partitionBytes(running.map(), attempt.id().task().number())), true));
  }

  private boolean isStraggler(AttemptState attempt, long medianMillis) {
    SchedulerSettings.Backups backups = draft.settings.backups();
    long elapsedMillis = draft.now.millis() - attempt.startedMillis();
    double fraction = attempt.progress().fraction();
    boolean soonDone = fraction > 0 && elapsedMillis * (1 - fraction) / fraction < medianMillis;
    boolean elsewhere = free.keySet().stream().anyMatch(node -> !node.equals(attempt.node()));
    return !attempt.cancelled() && elsewhere && !soonDone && elapsedMillis >= backups.afterMillis()
        && elapsedMillis >= backups.factor() * medianMillis
        && draft.isWanted(attempt.id().task()) && draft.live(attempt.id().task()).count() == 1;
  }

  private void start(Choice choice) {
    TaskId task = choice.task();
    Tally tally = draft.tally(task);
    boolean isRetry = !choice.isBackup() && (tally.started() > 0 || !draft.phase(task).orElseThrow().trouble(task.number()).isNone());
    draft.tallies.put(task, tally.withStart(isRetry, choice.isBackup()));
    AttemptId id = new AttemptId(task, nextAttempt(draft.jobs().find(task.jobId()).orElseThrow()));
    TaskWork work = work(id);
    draft.attempts.put(id, new AttemptState(id, choice.node(), draft.now.millis(), choice.isBackup(), Optional.of(work),
        TaskProgress.NONE, false));
    draft.effect(new Effect.Start(choice.node(), work, choice.isBackup()));
    free.computeIfPresent(choice.node(), (_, slots) -> slots > 1 ? slots - 1 : null);
  }

  private long nextAttempt(JobRecord job) {
    int count = draft.started.merge(job.number(), 1, Integer::sum);
    check(count < ATTEMPTS_PER_EPOCH, "%s has fewer than %d attempts", job.id(), ATTEMPTS_PER_EPOCH);
    return draft.jobs().epoch() * ATTEMPTS_PER_EPOCH + count;
  }

  private TaskWork work(AttemptId id) {
    TaskId task = id.task();
    JobRecord job = draft.jobs().find(task.jobId()).orElseThrow();
    Stage.Running running = (Stage.Running) job.stage();
    List<RecordPosition> badRecords = draft.phase(task).orElseThrow().trouble(task.number()).badRecordList();
    return switch (task.phase()) {
      case MAP -> new TaskWork.MapWork(id, job.spec(), running.plan().splits().get(task.number()), running.plan().reducers(),
          running.plan().boundaries(), badRecords);
      case REDUCE -> new TaskWork.ReduceWork(id, job.spec(), mapOutputs(job, running.map()), badRecords);
    };
  }

  private static List<MapOutput> mapOutputs(JobRecord job, PhaseRecord map) {
    return map.done().entrySet().stream().map(task -> new MapOutput(
        new AttemptId(new TaskId(job.id(), Phase.MAP, task.getKey()), task.getValue().attempt()), task.getValue().site().node(),
        task.getValue().site().host(), task.getValue().site().port())).toList();
  }
}
