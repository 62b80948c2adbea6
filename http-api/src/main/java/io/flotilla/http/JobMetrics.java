package io.flotilla.http;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.actor.MapReduceEvents;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.PhaseStatus;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jobs and their tasks as metrics, on the node that coordinates them. */
public final class JobMetrics implements MapReduceEvents {
  private static final String PHASE = "phase";
  private static final String STATE = "state";

  private final Map<Phase, Counter> first = new EnumMap<>(Phase.class);
  private final Map<Phase, Counter> backups = new EnumMap<>(Phase.class);
  private final Map<Phase, Counter> failures = new EnumMap<>(Phase.class);
  private final Map<Phase, Timer> tasks = new EnumMap<>(Phase.class);
  private final Map<JobStatus.State, Timer> jobs = new EnumMap<>(JobStatus.State.class);
  private final Counter mapOutputsLost;
  private final Counter shuffledBytes;
  private final MultiGauge jobsByState;
  private final MultiGauge tasksByState;
  private final MultiGauge slotsByNode;

  public JobMetrics(MeterRegistry registry) {
    for (Phase phase : Phase.values()) {
      String name = lower(phase);
      first.put(phase, Counter.builder("flotilla.mapreduce.attempts").description("attempts of tasks that were started")
          .tag(PHASE, name).tag("backup", "no").register(registry));
      backups.put(phase, Counter.builder("flotilla.mapreduce.attempts").description("attempts of tasks that were started")
          .tag(PHASE, name).tag("backup", "yes").register(registry));
      failures.put(phase, Counter.builder("flotilla.mapreduce.attempts.failed").description("attempts of tasks that failed")
          .tag(PHASE, name).register(registry));
      tasks.put(phase, Timer.builder("flotilla.mapreduce.task.duration").description("of the attempt that finished the task")
          .tag(PHASE, name).register(registry));
    }
    for (JobStatus.State state : List.of(JobStatus.State.SUCCEEDED, JobStatus.State.FAILED, JobStatus.State.CANCELLED)) {
      jobs.put(state, Timer.builder("flotilla.mapreduce.job.duration").description("of jobs that ended, from submission")
          .tag(STATE, lower(state)).register(registry));
    }
    mapOutputsLost = Counter.builder("flotilla.mapreduce.map.outputs.lost").description("finished map tasks that had to run again")
        .register(registry);
    shuffledBytes = Counter.builder("flotilla.mapreduce.shuffled").baseUnit("bytes").description("fetched by finished reduce tasks")
        .register(registry);
    jobsByState = MultiGauge.builder("flotilla.mapreduce.jobs").description("jobs that are remembered").register(registry);
    slotsByNode = MultiGauge.builder("flotilla.mapreduce.slots").description("tasks that each node can run at once").register(registry);
    tasksByState = MultiGauge.builder("flotilla.mapreduce.tasks").description("tasks of jobs that run").register(registry);
  }

  @Override
  public void attemptStarted(Phase phase, boolean backup) {
    (backup ? backups : first).get(phase).increment();
  }

  @Override
  public void attemptFailed(Phase phase) {
    failures.get(phase).increment();
  }

  @Override
  public void mapOutputsLost(int count) {
    mapOutputsLost.increment(count);
  }

  @Override
  public void taskDone(Phase phase, long millis, Counters counters) {
    tasks.get(phase).record(Duration.ofMillis(millis));
    shuffledBytes.increment((double) counters.get(Counters.SHUFFLE_BYTES));
  }

  @Override
  public void jobEnded(JobStatus.State state, long millis) {
    jobs.get(state).record(Duration.ofMillis(Math.max(0, millis)));
  }

  @Override
  public void jobs(List<JobStatus> all) {
    Map<JobStatus.State, Long> byState = all.stream().collect(Collectors.groupingBy(JobStatus::state, Collectors.counting()));
    jobsByState.register(byState.entrySet().stream()
        .<Row<?>>map(state -> Row.of(Tags.of(STATE, lower(state.getKey())), state.getValue())).toList(), true);
    List<JobStatus> running = all.stream().filter(job -> job.state() == JobStatus.State.RUNNING).toList();
    tasksByState.register(Stream.concat(rows("map", running, JobStatus::map), rows("reduce", running, JobStatus::reduce)).toList(), true);
  }

  @Override
  public void slots(SortedMap<String, Integer> byNode) {
    slotsByNode.register(byNode.entrySet().stream()
        .<Row<?>>map(node -> Row.of(Tags.of("node", node.getKey()), node.getValue())).toList(), true);
  }

  private static Stream<Row<?>> rows(String phase, List<JobStatus> running, Function<JobStatus, PhaseStatus> half) {
    List<PhaseStatus> phases = running.stream().map(half).toList();
    return Stream.of(
        Row.of(Tags.of(PHASE, phase, STATE, "idle"), phases.stream().mapToInt(PhaseStatus::idle).sum()),
        Row.of(Tags.of(PHASE, phase, STATE, "in-progress"), phases.stream().mapToInt(PhaseStatus::inProgress).sum()),
        Row.of(Tags.of(PHASE, phase, STATE, "done"), phases.stream().mapToInt(PhaseStatus::done).sum()));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
