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

  private static final String COMMAND = "io.flotilla.cli.Main";
  private static final String NODE = "io.flotilla.node.NodeMain";

  private Cli() {}

  /** How a command ended, and what it printed. */
  public record Result(int status, String out, String err) {}

  /** Runs {@code flotilla} with these arguments to its end. */
  public static Result run(Path workingFolder, String... arguments) throws IOException, InterruptedException {
    return run(workingFolder, COMMAND, List.of(arguments));
  }

  /** Runs {@code flotilla node}, for which the launcher starts the node's own main class; only for nodes that refuse to start. */
  public static Result node(Path workingFolder, List<String> arguments) throws IOException, InterruptedException {
    return run(workingFolder, NODE, arguments);
  }

  /** The program and the options of a node's virtual machine, the same for commands. */
  static List<String> java() {
    return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + HOME.resolve("http-api/jvm/node.options"));
  }

  /** Starts {@code flotilla} with these arguments, for what does not end by itself; what it prints goes into the file. */
  public static Process start(Path workingFolder, Path output, String... arguments) throws IOException {
    return builder(workingFolder, COMMAND, List.of(arguments))
        .redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  private static Result run(Path workingFolder, String mainClass, List<String> arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(workingFolder, "cli", ".out");
    Path err = Files.createTempFile(workingFolder, "cli", ".err");
    Process process = builder(workingFolder, mainClass, arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(2 * Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("%s %s does not end".formatted(mainClass, arguments));
    }
    return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
  }

  private static ProcessBuilder builder(Path workingFolder, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>(java());
    (mainClass.equals(NODE) ? StartupCache.ofNodes() : StartupCache.ofCommands()).ifPresent(cache ->
        command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off")));
    StartupCache.ofNodes().ifPresent(cache -> command.add("-Dflotilla.node.aot=" + cache));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dflotilla.home=" + HOME, "-cp", StartupCache.classPath(), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder.environment().put("FLOTILLA_NODE_OPTIONS", "-XX:TieredStopAtLevel=1"); // nodes that live for seconds
    return builder;
  }
}
