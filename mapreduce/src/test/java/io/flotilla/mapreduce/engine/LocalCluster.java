package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobPlanner;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.jobs.Jobs;
import io.flotilla.mapreduce.plan.FileJobPlanner;
import io.flotilla.mapreduce.store.RecordStore;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** Runners of several nodes in one JVM, and a coordinator that knows no trouble: each task once, a failure ends the job. */
public final class LocalCluster implements AutoCloseable {
  private final List<LocalTaskRunner> nodes = new ArrayList<>();
  private final JobPlanner planner;
  private final int slotsPerNode;

  public LocalCluster(MapReduceSettings settings, Path folder, int nodeCount, int slotsPerNode, Optional<RecordStore> store)
      throws IOException {
    this(settings, folder, nodeCount, slotsPerNode, store, Jobs::builtIn);
  }

  LocalCluster(MapReduceSettings settings, Path folder, int nodeCount, int slotsPerNode, Optional<RecordStore> store,
      TaskExecution.JobLoader loader) throws IOException {
    this.slotsPerNode = slotsPerNode;
    this.planner = new FileJobPlanner(settings, new LocalJobProbe(settings, store, loader), store);
    for (int node = 0; node < nodeCount; node++) {
      nodes.add(LocalTaskRunner.start(new TaskEnvironment(settings, "n" + node, new WorkFolder(folder.resolve("n" + node)), store),
          loader));
    }
  }

  /** A job is over, well: its plan, and what it counted. */
  public record Done(JobPlan plan, Counters counters) {}

  /** Runs a job to its end. */
  public Done run(String jobId, JobSpec spec) throws JobRefusedException, InterruptedException {
    JobPlan plan = planner.plan(spec, nodes.size() * slotsPerNode);
    planner.prepareOutput(jobId, spec);
    try {
      return run(jobId, spec, plan);
    } finally {
      nodes.forEach(node -> node.jobEnded(jobId));
      planner.abortOutput(jobId, spec);   // does nothing to what was committed
    }
  }

  private Done run(String jobId, JobSpec spec, JobPlan plan) throws JobRefusedException, InterruptedException {
    List<TaskOutcome> maps = phase(plan.splits().size(), task -> new TaskWork.MapWork(id(jobId, TaskId.Phase.MAP, task), spec,
        plan.splits().get(task), plan.reducers(), plan.boundaries(), List.of()));
    List<MapOutput> outputs = new ArrayList<>();
    for (int task = 0; task < maps.size(); task++) {
      int node = task % nodes.size();
      outputs.add(new MapOutput(id(jobId, TaskId.Phase.MAP, task), "n" + node, "127.0.0.1", nodes.get(node).shufflePort()));
    }
    List<TaskOutcome> reduces = phase(plan.reducers(),
        task -> new TaskWork.ReduceWork(id(jobId, TaskId.Phase.REDUCE, task), spec, outputs, List.of()));
    planner.commitOutput(jobId, spec);
    Counters counters = Counters.NONE;
    for (TaskOutcome outcome : concat(maps, reduces)) {
      counters = counters.plus(switch (outcome) {
        case TaskOutcome.MapDone map -> map.counters();
        case TaskOutcome.ReduceDone reduce -> reduce.counters();
        default -> throw new IllegalStateException(outcome.toString());
      });
    }
    return new Done(plan, counters);
  }

  /** Runs tasks, task n on node n modulo nodes, as many at once as there are slots. */
  private List<TaskOutcome> phase(int tasks, IntFunction<TaskWork> work) throws InterruptedException {
    List<Semaphore> slots = nodes.stream().map(_ -> new Semaphore(slotsPerNode)).toList();
    List<CompletionStage<TaskOutcome>> outcomes = new ArrayList<>();
    ConcurrentLinkedQueue<TaskOutcome> failures = new ConcurrentLinkedQueue<>();
    for (int task = 0; task < tasks && failures.isEmpty(); task++) {
      Semaphore slot = slots.get(task % nodes.size());
      slot.acquire();
      outcomes.add(nodes.get(task % nodes.size()).run(work.apply(task), _ -> {}).whenComplete((outcome, _) -> {
        if (!(outcome instanceof TaskOutcome.MapDone) && !(outcome instanceof TaskOutcome.ReduceDone)) {
          failures.add(outcome);
        }
        slot.release();
      }));
    }
    List<TaskOutcome> ended = outcomes.stream().map(outcome -> outcome.toCompletableFuture().join()).toList();
    if (!failures.isEmpty()) {
      throw new JobFailed(failures.peek());
    }
    return ended;
  }

  private static List<TaskOutcome> concat(List<TaskOutcome> first, List<TaskOutcome> second) {
    List<TaskOutcome> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static AttemptId id(String jobId, TaskId.Phase phase, int number) {
    return new AttemptId(new TaskId(jobId, phase, number), 1);
  }

  @Override
  public void close() {
    nodes.forEach(LocalTaskRunner::close);
  }

  /** A task failed. */
  static final class JobFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TaskOutcome outcome;

    JobFailed(TaskOutcome outcome) {
      super(outcome.toString());
      this.outcome = outcome;
    }

    TaskOutcome outcome() {
      return outcome;
    }
  }
}
