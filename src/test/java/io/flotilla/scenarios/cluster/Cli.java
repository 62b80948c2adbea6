package io.flotilla.scenarios.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own, started as the launcher does it but with the classes under test. */
public final class Cli {
  private static final Path HOME = Path.of(System.getProperty("flotilla.home", "")).toAbsolutePath();

  private Cli() {}

  /** How a command ended, and what it printed. */
  public record Result(int status, String out, String err) {}

  /** Runs {@code flotilla} with these arguments to its end. */
  public static Result run(Path workingFolder, String... arguments) throws IOException, InterruptedException {
    return run(workingFolder, "io.flotilla.cli.Main", List.of(arguments));
  }

  /** Runs {@code flotilla node}, for which the launcher starts the node's own main class; only for nodes that refuse to start. */
  public static Result node(Path workingFolder, List<String> arguments) throws IOException, InterruptedException {
    return run(workingFolder, "io.flotilla.node.NodeMain", arguments);
  }

  private static Result run(Path workingFolder, String mainClass, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
        "-Dflotilla.home=" + HOME, "-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    Path out = Files.createTempFile(workingFolder, "cli", ".out");
    Path err = Files.createTempFile(workingFolder, "cli", ".err");
    Process process = new ProcessBuilder(command).directory(workingFolder.toFile())
        .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(2 * Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("%s %s does not end".formatted(mainClass, arguments));
    }
    return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
  }
}
