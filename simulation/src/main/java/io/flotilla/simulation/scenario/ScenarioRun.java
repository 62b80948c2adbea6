package io.flotilla.simulation.scenario;

import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One scenario with one seed, played to its end.
 *
 * @param traceHash equal for equal runs
 * @param virtualTime how long it took in its world
 * @param steps messages, callbacks and timers
 */
public record ScenarioRun(Scenario scenario, long seed, long traceHash, Duration virtualTime, long steps, Optional<Failure> failure) {
  /** What went wrong, and when. */
  public record Failure(String law, Throwable cause, Duration at) {}

  /** Plays it in this thread. */
  public static ScenarioRun play(Scenario scenario, long seed) {
    return play(scenario, seed, _ -> { });
  }

  /** Plays it with all that happens written down, which takes its time. */
  public static ScenarioRun replay(Scenario scenario, long seed, Consumer<String> trace) {
    return play(scenario, seed, world -> world.readTrace(trace));
  }

  private static ScenarioRun play(Scenario scenario, long seed, Consumer<World> prepare) {
    try (World world = World.of(seed)) {
      prepare.accept(world);
      Optional<Failure> failure = failureOf(scenario, world);
      return new ScenarioRun(scenario, seed, world.trace().hash(), now(world), world.kernel().steps(), failure);
    }
  }

  private static Optional<Failure> failureOf(Scenario scenario, World world) {
    try {
      scenario.play().accept(world);
      return Optional.empty();
    } catch (LawBroken broken) {
      return Optional.of(new Failure(broken.law(), broken, now(world)));
    } catch (AssertionError | RuntimeException failed) {
      return Optional.of(new Failure(failed.getClass().getSimpleName(), failed, now(world)));
    }
  }

  private static Duration now(World world) {
    return Duration.ofNanos(world.nowNanos());
  }

  /** How to see it again. */
  public String replayCommand() {
    return "./flotilla simulate --scenario %s --seeds %d..%d --trace".formatted(scenario.id(), seed, seed);
  }

  /** What a failed run has to say. */
  @Override
  public String toString() {
    return failure.map(broken -> "%s, seed %d: %s broke after %.3f s of virtual time%n  %s%n  replay: %s".formatted(scenario, seed,
        broken.law, broken.at.toNanos() / 1e9, broken.cause.getMessage(), replayCommand()))
        .orElseGet(() -> "%s, seed %d: held for %.3f s of virtual time".formatted(scenario, seed, virtualTime.toNanos() / 1e9));
  }
}
