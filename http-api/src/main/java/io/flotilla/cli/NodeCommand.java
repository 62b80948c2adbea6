package io.flotilla.cli;

import io.flotilla.node.NodeMain;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code flotilla node}: named here for the help; the launcher starts {@link NodeMain} itself, with a node's own JVM options. */
@Command(name = "node", description = "Runs one node in the foreground, for real deployments.", mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
  @Unmatched
  private List<String> arguments = List.of();

  @Override
  public Integer call() {
    return NodeMain.run(arguments.toArray(String[]::new));
  }
}
