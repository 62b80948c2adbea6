package io.flotilla.simulation.mapreduce;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.mapreduce.task.TaskWork;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One life of a node's runner. Tasks take their time and do nothing but this: the output of a map task is the task's number, for each
 * partition; a reduce task collects what it fetches. What a node's tasks made is gone when the node starts again.
 */
final class PlayedTasks implements TaskRunner {
  private final MapReduceSimulation simulation;
  private final Node node;
  private final int incarnation;
  private final RandomGenerator random;
  private final Map<AttemptId, CompletableFuture<TaskOutcome>> running = new LinkedHashMap<>();
  private final Set<AttemptId> outputs = new HashSet<>();

  PlayedTasks(MapReduceSimulation simulation, Node node, RandomGenerator random) {
    this.simulation = simulation;
    this.node = node;
    this.incarnation = node.incarnation();
    this.random = random;
  }

  @Override
  public CompletionStage<TaskOutcome> run(TaskWork work, Consumer<TaskProgress> progress) {
    CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    running.put(work.id(), outcome);
    simulation.began(work, node);
    world().after(simulation.duration(work, random), () -> {
      if (isAlive() && running.containsKey(work.id())) {
        end(work.id(), play(work));
      }
    });
    return outcome;
  }

  private TaskOutcome play(TaskWork work) {
    if (random.nextDouble() < simulation.failures()) {
      return new TaskOutcome.Failed("bad luck", Optional.empty(), false);
    }
    return switch (work) {
      case TaskWork.MapWork map -> {
        outputs.add(map.id());
        yield new TaskOutcome.MapDone(one(Counters.MAP_INPUT_RECORDS), Collections.nCopies(map.reducers(), 1L));
      }
      case TaskWork.ReduceWork reduce -> reduce(reduce);
    };
  }

  private TaskOutcome reduce(TaskWork.ReduceWork reduce) {
    List<AttemptId> lost = reduce.mapOutputs().stream().filter(output -> !simulation.canFetch(node, output)).map(MapOutput::attempt).toList();
    if (!lost.isEmpty()) {
      return new TaskOutcome.MapOutputLost(lost, "cannot be reached");
    }
    simulation.reduced(reduce);
    return new TaskOutcome.ReduceDone(one(Counters.REDUCE_OUTPUT_RECORDS));
  }

  private static Counters one(String name) {
    return new Counters(new TreeMap<>(Map.of(name, 1L)));
  }

  boolean holds(AttemptId attempt) {
    return isAlive() && outputs.contains(attempt);
  }

  private boolean isAlive() {
    return node.isUp() && node.incarnation() == incarnation;
  }

  private void end(AttemptId attempt, TaskOutcome outcome) {
    CompletableFuture<TaskOutcome> waiting = running.remove(attempt);
    boolean _ = waiting.complete(outcome);
  }

  @Override
  public void cancel(AttemptId attempt) {
    world().after(Duration.ofMillis(random.nextInt(100)), () -> {
      if (isAlive() && running.containsKey(attempt)) {
        end(attempt, new TaskOutcome.Cancelled());
      }
    });
  }

  @Override
  public void jobEnded(String jobId) {
    outputs.removeIf(attempt -> attempt.task().jobId().equals(jobId));
    List.copyOf(running.keySet()).stream().filter(attempt -> attempt.task().jobId().equals(jobId)).forEach(this::cancel);
  }

  @Override
  public int shufflePort() {
    return incarnation;
  }

  /** Each life of a node has a port of its own. */
  boolean isOf(WorkerSite site) {
    return site.port() == incarnation;
  }

  @Override
  public void close() {}

  private World world() {
    return node.world();
  }
}
