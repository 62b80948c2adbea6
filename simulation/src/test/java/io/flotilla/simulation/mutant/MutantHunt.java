package io.flotilla.simulation.mutant;

import io.flotilla.simulation.scenario.Scenario;
import io.flotilla.simulation.scenario.ScenarioRun;
import io.flotilla.simulation.scenario.Scenarios;
import io.flotilla.simulation.scenario.Swarm;
import java.io.IOException;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs scenarios on one mutant after the other until a law fires, and prints a line for each: the mutant, the law, the seed, how many
 * runs it took. A program of its own, since mutants are put into the JVM that it runs in.
 */
public final class MutantHunt {
  private static final Map<String, Scenario> HUNTS =
      Stream.concat(Swarm.all().stream(), Scenarios.all().stream()).collect(Collectors.toMap(Scenario::id, Function.identity()));

  private MutantHunt() {}

  /** Arguments: the repository's root, the folder of mutants, then the names of mutants to hunt; none: all. */
  public static void main(String[] args) throws IOException, ClassNotFoundException, UnmodifiableClassException {
    Path repository = Path.of(args[0]);
    List<String> wanted = List.of(args).subList(2, args.length);
    for (Mutant mutant : Mutant.allIn(Path.of(args[1]))) {
      if (wanted.isEmpty() || wanted.contains(mutant.name())) {
        try (Implant _ = Implant.of(mutant, repository)) {
          System.out.println(hunt(mutant));
        } catch (UnsupportedOperationException notJustBodies) {
          System.out.printf("%s\tcannot be put: %s\t0\t0\t0\t%n", mutant.name(), notJustBodies.getMessage());
        }
      }
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static String hunt(Mutant mutant) {
    long begunNanos = System.nanoTime();
    Scenario scenario = HUNTS.get(mutant.hunt());
    for (int i = 0; i < mutant.seeds(); i++) {
      // From the first seed on, in a circle: whatever it is, no more than `seeds` runs are made, and always the same.
      long seed = 1 + (mutant.firstSeed() - 1 + i) % mutant.seeds();
      ScenarioRun run = ScenarioRun.play(scenario, seed);
      if (run.failure().isPresent()) {
        ScenarioRun.Failure failure = run.failure().get();
        return String.format(Locale.ROOT, "%s\t%s\t%d\t%d\t%.1f\t%s", mutant.name(), failure.law(), seed, i + 1,
            (System.nanoTime() - begunNanos) / 1e9, String.valueOf(failure.cause().getMessage()).lines().findFirst().orElse(""));
      }
    }
    return String.format(Locale.ROOT, "%s\tnone\t0\t%d\t%.1f\t", mutant.name(), mutant.seeds(), (System.nanoTime() - begunNanos) / 1e9);
  }
}
