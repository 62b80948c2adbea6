package io.flotilla.cli;

import io.flotilla.simulation.kernel.Kernel;
import io.flotilla.simulation.scenario.Scenario;
import io.flotilla.simulation.scenario.ScenarioRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Plays scenarios, each with each seed, on some threads, and keeps count. */
final class SimulationRuns {
  /** What became of one scenario so far. Times are in nanoseconds; {@code real} is that of one thread. */
  record Tally(Scenario scenario, long runs, long virtualNanos, long realNanos, long steps, List<ScenarioRun> failures) {
    private Tally and(ScenarioRun run, long nanos) {
      List<ScenarioRun> failed = new ArrayList<>(failures);
      if (run.failure().isPresent()) {
        failed.add(run);
      }
      return new Tally(scenario, runs + 1, virtualNanos + run.virtualTime().toNanos(), realNanos + nanos, steps + run.steps(),
          List.copyOf(failed));
    }
  }

  private final List<Scenario> scenarios;
  private final SeedRange seeds;
  private final List<Tally> tallies = new ArrayList<>();
  private final AtomicLong next = new AtomicLong();

  SimulationRuns(List<Scenario> scenarios, SeedRange seeds) {
    this.scenarios = scenarios;
    this.seeds = seeds;
    scenarios.forEach(scenario -> tallies.add(new Tally(scenario, 0, 0, 0, 0, List.of())));
  }

  long total() {
    return scenarios.size() * seeds.count();
  }

  /** The counts as they stand, from any thread. */
  synchronized List<Tally> tallies() {
    return List.copyOf(tallies);
  }

  private synchronized void count(int scenario, ScenarioRun run, long nanos) {
    tallies.set(scenario, tallies.get(scenario).and(run, nanos));
  }

  /** Plays all; each run is told to {@code done}, by the thread that played it. */
  void play(int threads, Consumer<ScenarioRun> done) throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads, Kernel.threads())) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(pool.submit(() -> work(done)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the simulation itself failed", failed.getCause());
    }
  }

  private void work(Consumer<ScenarioRun> done) {
    try {
      for (long number = next.getAndIncrement(); number < total(); number = next.getAndIncrement()) {
        int scenario = (int) (number / seeds.count());
        long begunNanos = System.nanoTime();
        ScenarioRun run = ScenarioRun.play(scenarios.get(scenario), seeds.from() + number % seeds.count());
        count(scenario, run, System.nanoTime() - begunNanos);
        done.accept(run);
      }
    } finally {
      Kernel.closeOfThisThread();
    }
  }
}
