package io.flotilla.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flotilla down}: stops the nodes of a data folder. */
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops the nodes that 'up' started; their data stay.")
final class DownCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Option(names = "--data", defaultValue = ".flotilla", paramLabel = "DIR", description = "default: ${DEFAULT-VALUE}")
  private Path data;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LocalCluster cluster = new LocalCluster(data);
    if (!Files.isDirectory(cluster.folder())) {
      throw new CommandFailedException("there is no folder " + cluster.folder());
    }
    return cluster.alone(() -> stop(cluster));
  }

  private int stop(LocalCluster cluster) throws IOException, InterruptedException {
    List<LocalNode> running = cluster.running();
    cluster.stop(running, spec.commandLine().getOut()::println);
    if (running.isEmpty()) {
      spec.commandLine().getOut().println("no node of %s runs".formatted(cluster.folder()));
    }
    return 0;
  }
}
