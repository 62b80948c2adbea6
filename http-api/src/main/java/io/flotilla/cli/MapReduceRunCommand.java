package io.flotilla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flotilla mr run}: submits a job and stays with it until it ends, whichever nodes die meanwhile. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Submits a job, shows its progress, waits for its end.",
    footer = {"", "Built in:",
      "  wordcount  counts words, longest runs of letters:        word<TAB>count",
      "  grep       lines in which --param pattern=REGEX is found: file:byteoffset<TAB>line",
      "  index      which files each word is in:                  word<TAB>n<TAB>file1,file2,...",
      "  sort       all lines in one order across the parts, by bytes",
      "Any other JOB is the name of a class in --jar. Paths have to mean the same on all nodes.",
      "", "  flotilla mr run wordcount --input 'books/*.txt' --output counts --reducers 4",
      "", "Ctrl-C leaves the job running, unless there is --cancel-on-interrupt.",
      "Exit status: 0 the job succeeded (with --no-wait: was accepted), 1 it failed or was cancelled, 2 wrong usage."})
final class MapReduceRunCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STORE = "kv:";
  private static final String GLOB_CHARACTERS = "[\\\\*?\\[\\]{}]";
  private static final int MAX_REDUCERS = 10_000;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
  /** For a cluster of which too many nodes are away to come back. */
  private static final Duration PATIENCE_WHILE_FOLLOWING = Duration.ofMinutes(2);

  @Spec
  private CommandSpec spec;

  @Mixin
  private EndpointOptions endpoints;

  @Parameters(paramLabel = "JOB", description = "wordcount, grep, index, sort, or a class in --jar")
  private String job;

  @Option(names = "--input", required = true, arity = "1..*", paramLabel = "GLOB",
      description = "files, or kv:PREFIX for records of the store")
  private List<String> input;

  @Option(names = "--output", required = true, paramLabel = "DIR", description = "a folder that does not exist yet, or kv:PREFIX")
  private String output;

  @Option(names = "--reducers", paramLabel = "R",
      description = "reduce tasks, and so parts of the output; default: as the cluster is configured")
  private Integer reducers;

  @Option(names = "--jar", paramLabel = "FILE", description = "where JOB is, with all that it needs")
  private String jar;

  @Option(names = "--param", paramLabel = "KEY=VALUE", description = "something that the job reads; may be repeated")
  private Map<String, String> params = new LinkedHashMap<>();

  @Option(names = "--no-wait", description = "return once the job is accepted")
  private boolean noWait;

  @Option(names = "--cancel-on-interrupt", description = "Ctrl-C cancels the job")
  private boolean cancelOnInterrupt;

  @Option(names = "--json", description = "print the job as JSON, at its end")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ObjectNode submission = submission();
    JobsApi jobs = new JobsApi(endpoints.open());
    JobView accepted = jobs.submit(submission, MapReduceCommand.PATIENCE);
    if (noWait) {
      out().println(json ? accepted.json() : accepted.id());
      return 0;
    }
    say("%s submitted".formatted(accepted.id()));
    JobView ended = follow(jobs, accepted);
    if (json) {
      out().println(ended.json());
    } else {
      JobSummary.print(out(), ended);
    }
    return ended.hasSucceeded() ? 0 : 1;
  }

  private ObjectNode submission() {
    if (reducers != null && (reducers < 1 || reducers > MAX_REDUCERS)) {
      throw usage("--reducers is 1 to %d, not %d".formatted(MAX_REDUCERS, reducers));
    }
    ObjectNode submission = JSON.createObjectNode().put("job", job);
    ArrayNode globs = submission.putArray("input");
    input.forEach(glob -> globs.add(absoluteGlob(glob)));
    submission.put("output", output.startsWith(STORE) ? output : absolute("--output", output).toString());
    if (reducers != null) {
      submission.put("reducers", reducers);
    }
    submission.set("params", JSON.valueToTree(params));
    if (jar != null) {
      submission.put("jar", absolute("--jar", jar).toString());
    }
    return submission;
  }

  /** What the shell has expanded is the name of a file, whatever characters are in it. */
  private String absoluteGlob(String glob) {
    if (glob.startsWith(STORE)) {
      return glob;
    }
    Path file = absolute("--input", glob);
    return Files.exists(file) ? escaped(file) : Path.of(escaped(Path.of("").toAbsolutePath())).resolve(glob).normalize().toString();
  }

  private static String escaped(Path path) {
    return path.toString().replaceAll(GLOB_CHARACTERS, "\\\\$0");
  }

  private Path absolute(String option, String path) {
    try {
      return Path.of(path).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw usage("%s is no path: %s".formatted(option, e.getMessage()));
    }
  }

  private JobView follow(JobsApi jobs, JobView accepted) throws IOException, InterruptedException {
    AtomicBoolean ended = new AtomicBoolean();
    Thread onInterrupt = new Thread(() -> {
      if (!ended.get()) {
        onInterrupt(jobs, accepted.id());
      }
    }, "on-interrupt");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try (JobProgress progress = JobProgress.of(err())) {
      JobView job = accepted;
      while (!job.hasEnded()) {
        Pause.of(BETWEEN_LOOKS);
        job = jobs.status(job.id(), PATIENCE_WHILE_FOLLOWING);
        progress.show(job);
      }
      return job;
    } catch (IOException e) {
      throw new IOException("%s; %s may go on".formatted(e.getMessage(), accepted.id()), e);
    } finally {
      ended.set(true);
    }
  }

  private void onInterrupt(JobsApi jobs, String id) {
    if (!cancelOnInterrupt) {
      say("%n%s goes on: 'flotilla mr status %s' shows it, 'flotilla mr cancel %s' ends it.".formatted(id, id, id));
      return;
    }
    try {
      say("%n%s is %s.".formatted(id, jobs.cancel(id, MapReduceCommand.PATIENCE).state()));
    } catch (IOException | CommandFailedException e) {
      say("%n%s may go on, for it could not be cancelled: %s".formatted(id, e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void say(String line) {
    err().println(line);
    err().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
