package io.flotilla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.cli.SimulationRuns.Tally;
import io.flotilla.simulation.scenario.Scenario;
import io.flotilla.simulation.scenario.ScenarioRun;
import io.flotilla.simulation.scenario.Scenarios;
import io.flotilla.simulation.scenario.Swarm;
import io.flotilla.terminal.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flotilla simulate}: scenarios in virtual time, with any seeds; no cluster is needed. */
@Command(name = "simulate", mixinStandardHelpOptions = true,
    description = "Plays scenarios on simulated clusters of the real actors, and holds them to the laws.",
    footer = {"", "Exit status: 0 all laws held, 1 one broke, 2 wrong usage. Ctrl-C ends it and tells what was done so far."})
final class SimulateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALL = "all";
  private static final int MOST_FAILURES_TOLD = 20;

  @Spec
  private CommandSpec spec;

  @Option(names = "--scenario", split = ",", paramLabel = "NAME", description = "by id or title, or 'all'; --list shows them")
  private List<String> names = List.of();

  @Option(names = "--swarm", description = "play random groups under random faults")
  private boolean swarm;

  @Option(names = "--seeds", paramLabel = "FROM..TO", defaultValue = "1..10", converter = SeedRange.Parser.class,
      description = "a run is its seed: the same one gives the same run (default: ${DEFAULT-VALUE})")
  private SeedRange seeds;

  @Option(names = "--threads", paramLabel = "N", description = "runs at a time (default: as many as there are processors)")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--trace", description = "print all that happens, of one scenario with one seed")
  private boolean trace;

  @Option(names = "--list", description = "list the scenarios")
  private boolean list;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  private final AtomicBoolean told = new AtomicBoolean();

  @Override
  public Integer call() throws InterruptedException {
    if (threads < 1 || threads > 1024) {
      throw usage("--threads is from 1 to 1024, not %d".formatted(threads));
    }
    if (list) {
      return list();
    }
    List<Scenario> chosen = chosen();
    return trace ? trace(chosen) : play(new SimulationRuns(chosen, seeds));
  }

  private List<Scenario> chosen() {
    if (names.isEmpty() && !swarm) {
      throw usage("Say what to play: --scenario NAME, --scenario all or --swarm.");
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String name : names) {
      if (name.equalsIgnoreCase(ALL)) {
        chosen.addAll(Scenarios.all());
      } else {
        chosen.add(find(name));
      }
    }
    if (swarm) {
      chosen.addAll(Swarm.all());
    }
    return chosen.stream().distinct().toList();
  }

  private Scenario find(String name) {
    return Scenarios.find(name)
        .or(() -> Swarm.all().stream().filter(scenario -> scenario.id().equalsIgnoreCase(name)).findFirst())
        .orElseThrow(() -> usage("There is no scenario '%s'; --list shows those that there are.".formatted(name)));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int list() {
    PrintWriter out = spec.commandLine().getOut();
    List<Scenario> all = Stream.concat(Scenarios.all().stream(), Swarm.all().stream()).toList();
    if (json) {
      ArrayNode array = JSON.createArrayNode();
      all.forEach(scenario -> array.addObject().put("id", scenario.id()).put("title", scenario.title()));
      out.println(array);
    } else {
      Tables table = new Tables("ID", "TITLE");
      all.forEach(scenario -> table.row(scenario.id(), scenario.title()));
      table.print(out);
    }
    return 0;
  }

  private int trace(List<Scenario> chosen) {
    if (chosen.size() != 1 || seeds.count() != 1) {
      throw usage("--trace is for one scenario and one seed: %d scenarios, %d seeds".formatted(chosen.size(), seeds.count()));
    }
    PrintWriter out = spec.commandLine().getOut();
    ScenarioRun run = ScenarioRun.replay(chosen.getFirst(), seeds.from(), out::println);
    out.println(run);
    out.flush();
    return run.failure().isPresent() ? 1 : 0;
  }

  private int play(SimulationRuns runs) throws InterruptedException {
    long begunNanos = System.nanoTime();
    Progress progress = new Progress(runs.total(), !json);
    Thread onInterrupt = new Thread(() -> {
      progress.endLine();
      tell(runs, begunNanos);
    }, "tell-what-was-done");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try (progress) {
      runs.play(threads, progress::step);
    }
    tell(runs, begunNanos);
    Runtime.getRuntime().removeShutdownHook(onInterrupt);
    return runs.tallies().stream().allMatch(tally -> tally.failures().isEmpty()) ? 0 : 1;
  }

  /** Says what was done, once: at the end, or when the user ends it. */
  private void tell(SimulationRuns runs, long begunNanos) {
    if (told.getAndSet(true)) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Tally> tallies = runs.tallies().stream().filter(tally -> tally.runs() > 0).toList();
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    if (json) {
      out.println(toJson(tallies, seconds));
    } else {
      print(out, tallies, seconds);
    }
    out.flush();
  }

  private static void print(PrintWriter out, List<Tally> tallies, double seconds) {
    Tables table = new Tables("SCENARIO", "TITLE", "SEEDS", "VIRTUAL", "REAL", "FAILURES");
    tallies.forEach(tally -> table.row(tally.scenario().id(), tally.scenario().title(), tally.runs(), clock(tally.virtualNanos()),
        clock(tally.realNanos()), tally.failures().size()));
    table.print(out);
    List<ScenarioRun> failures = tallies.stream().flatMap(tally -> tally.failures().stream()).toList();
    failures.stream().limit(MOST_FAILURES_TOLD).forEach(run -> out.printf("%n%s%n", run));
    if (failures.size() > MOST_FAILURES_TOLD) {
      out.printf("%n%d failures are not told here; --json lists all.%n", failures.size() - MOST_FAILURES_TOLD);
    }
    out.printf(Locale.ROOT, "%n%d runs, %s of virtual time in %s; %d failed.%n", tallies.stream().mapToLong(Tally::runs).sum(),
        clock(tallies.stream().mapToLong(Tally::virtualNanos).sum()), clock((long) (seconds * 1e9)), failures.size());
  }

  /** Hours, minutes and seconds. */
  private static String clock(long nanos) {
    Duration duration = Duration.ofNanos(nanos);
    return "%d:%02d:%02d".formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }

  private static ObjectNode toJson(List<Tally> tallies, double seconds) {
    ObjectNode all = JSON.createObjectNode().put("realSeconds", seconds);
    ArrayNode scenarios = all.putArray("scenarios");
    for (Tally tally : tallies) {
      ObjectNode entry = scenarios.addObject().put("id", tally.scenario().id()).put("title", tally.scenario().title())
          .put("runs", tally.runs()).put("virtualSeconds", seconds(tally.virtualNanos())).put("realSeconds", seconds(tally.realNanos()))
          .put("steps", tally.steps());
      ArrayNode failures = entry.putArray("failures");
      tally.failures().forEach(run -> run.failure().ifPresent(failure -> failures.addObject().put("seed", run.seed())
          .put("law", failure.law()).put("virtualSeconds", seconds(failure.at().toNanos())).put("detail", failure.cause().getMessage())
          .put("replay", run.replayCommand())));
    }
    return all;
  }

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** On standard error, when that is a terminal. */
  private static final class Progress implements AutoCloseable {
    private final ProgressBar bar;
    private long failures;

    Progress(long total, boolean wanted) {
      bar = wanted && Terminal.isThere() ? Terminal.progressBar("simulate", total).clearDisplayOnFinish().build() : null;
    }

    synchronized void step(ScenarioRun run) {
      if (bar != null) {
        failures += run.failure().isPresent() ? 1 : 0;
        bar.setExtraMessage(" %s%s".formatted(run.scenario().id(), failures == 0 ? "" : ", %d failed".formatted(failures)));
        bar.step();
      }
    }

    /** For whoever writes while the bar stands there. */
    void endLine() {
      if (bar != null) {
        System.err.println();
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
