package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flotilla mr}: MapReduce jobs. */
@Command(name = "mr", mixinStandardHelpOptions = true, description = "Runs MapReduce jobs.", subcommands = MapReduceRunCommand.class)
final class MapReduceCommand implements Runnable {
  /** For a new coordinator to take over. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing: run, list, status or cancel.");
  }

  @Command(name = "list", aliases = "jobs", mixinStandardHelpOptions = true, description = "Lists jobs, newest first.")
  int list(@Mixin EndpointOptions endpoints, @Option(names = "--json", description = "print JSON") boolean json)
      throws IOException, InterruptedException {
    JsonNode jobs = new JobsApi(endpoints.open()).list(PATIENCE);
    if (json) {
      out().println(jobs);
      return 0;
    }
    Tables table = new Tables("ID", "JOB", "STATE", "MAP", "REDUCE", "TIME", "OUTPUT");
    for (JsonNode node : jobs.path("jobs")) {
      JobView job = new JobView(node);
      table.row(job.id(), job.job(), job.state(), percent(job.map()), percent(job.reduce()), Quantities.time(job.time(Instant.now())),
          job.output());
    }
    table.print(out());
    return 0;
  }

  @Command(name = "status", mixinStandardHelpOptions = true, description = "Shows how a job stands, or what became of it.")
  int status(@Mixin EndpointOptions endpoints, @Parameters(paramLabel = "ID") String id,
      @Option(names = "--json", description = "print JSON") boolean json) throws IOException, InterruptedException {
    print(new JobsApi(endpoints.open()).status(id, PATIENCE), json);
    return 0;
  }

  @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Ends a job; what it has written goes.",
      footer = {"", "Exit status: 0 cancelled, 1 failed, or the job had ended otherwise before, 2 wrong usage."})
  int cancel(@Mixin EndpointOptions endpoints, @Parameters(paramLabel = "ID") String id,
      @Option(names = "--json", description = "print JSON") boolean json) throws IOException, InterruptedException {
    JobView job = new JobsApi(endpoints.open()).cancel(id, PATIENCE);
    print(job, json);
    return job.state().equals("cancelled") ? 0 : 1;
  }

  private void print(JobView job, boolean json) {
    if (json) {
      out().println(job.json());
    } else {
      JobSummary.print(out(), job);
    }
  }

  private static String percent(JobView.Phase phase) {
    return "%d %%".formatted(Math.round(100 * phase.fraction()));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
