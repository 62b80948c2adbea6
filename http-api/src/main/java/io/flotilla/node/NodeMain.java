package io.flotilla.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.registry.HostedReplicas;
import io.flotilla.persistence.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * One node in the foreground, until it is told to stop (SIGTERM or Ctrl-C) or cannot go on. Exit status 143 or 130, the signal's: stopped
 * cleanly; 1: it could not start, or a failure made it stop, and the last line on standard error says why; 2: wrong usage.
 */
@Command(name = "node", mixinStandardHelpOptions = true, description = "Runs one node in the foreground, for real deployments.",
    footer = {"", "Settings come from the arguments, then FILE, then the defaults; application.conf lists and explains all keys.",
      "Exit status: 143 or 130 stopped by SIGTERM or Ctrl-C, 1 failed, 2 wrong usage."})
public final class NodeMain implements Callable<Integer> {
  private static final List<String> KEYS_BEGIN = List.of("flotilla.", "pekko.");

  @Spec
  private CommandSpec spec;

  @Option(names = "--id", paramLabel = "ID", description = "the node's id (flotilla.node.id)")
  private String id;

  @Option(names = "--config", paramLabel = "FILE", description = "configuration file")
  private Path file;

  @Option(names = "--data", paramLabel = "DIR", description = "data folder (flotilla.persistence.directory)")
  private Path data;

  @Option(names = "--insecure", description = "listen beyond loopback without TLS (flotilla.insecure = on)")
  private boolean insecure;

  @Option(names = "-D", paramLabel = "KEY=VALUE", description = "set a configuration key (flotilla.… or pekko.…)")
  private Map<String, String> settings = new LinkedHashMap<>();

  public static void main(String[] args) {
    LoggerFactory.getLogger(NodeMain.class); // before there are threads that log: what they say meanwhile would be held up
    System.exit(run(args));
  }

  /** Runs a node to its end; the exit status. */
  public static int run(String... args) {
    return new CommandLine(new NodeMain()).execute(args);
  }

  @Override
  public Integer call() {
    settings.keySet().forEach(key -> requireKey(spec.commandLine(), key));
    if (file != null && !Files.isReadable(file)) {
      throw new ParameterException(spec.commandLine(), "there is no readable file " + file);
    }
    try {
      NodeSettings node = NodeSettings.from(operatorConfig());
      try (DataDirectory _ = DataDirectory.open(node.folder(), node.self().id())) {
        HostedReplicas.check(node.folder()); // before the database is opened, which changes its files
        ListeningPorts.check(node);
        return runIn(node);
      }
    } catch (ConfigException | IllegalArgumentException | DataDirectory.RefusedException | UncheckedIOException | IOException refused) {
      return fail(refused.getMessage());
    }
  }

  /** What the operator says: arguments before the file. */
  private Config operatorConfig() {
    Map<String, Object> arguments = new LinkedHashMap<>();
    if (id != null) {
      arguments.put("flotilla.node.id", id);
    }
    if (data != null) {
      arguments.put("flotilla.persistence.directory", data.toString());
    }
    if (insecure) {
      arguments.put("flotilla.insecure", "on");
    }
    Config given = ConfigFactory.empty();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      given = given.withFallback(setting(setting.getKey(), setting.getValue()));
    }
    Config fromArguments = given.withFallback(ConfigFactory.parseMap(arguments));
    return file == null ? fromArguments : fromArguments.withFallback(ConfigFactory.parseFile(file.toFile()));
  }

  /**
   * Checks the key of {@code -Dkey=value}.
   *
   * @throws ParameterException nobody would read it
   */
  public static void requireKey(CommandLine command, String key) {
    if (KEYS_BEGIN.stream().noneMatch(key::startsWith)) {
      throw new ParameterException(command, "-D%s: keys begin with %s".formatted(key, String.join(" or ", KEYS_BEGIN)));
    }
  }

  /** What {@code -Dkey=value} says. As text: what a key's type is, its reader knows. */
  public static Config setting(String key, String value) {
    try {
      return ConfigFactory.parseMap(Map.of(key, value));
    } catch (ConfigException malformed) {
      throw new IllegalArgumentException("-D%s=%s: %s".formatted(key, value, malformed.getMessage()), malformed);
    }
  }

  private int runIn(NodeSettings node) {
    CompletableFuture<String> fatal = new CompletableFuture<>();
    ActorSystem<NodeGuardian.Command> system;
    try {
      system = ActorSystem.create(NodeGuardian.create(node, fatal), NodeSettings.SYSTEM, node.config());
    } catch (RuntimeException | LinkageError cannotStart) { // the port for remoting is held by another program, say
      return fail("cannot start the actor system at %s: %s".formatted(node.self().address(), Failures.describe(cannotStart)));
    }
    system.getWhenTerminated().toCompletableFuture().join();
    return fatal.isDone() ? fail(fatal.join()) : 0;
  }

  private int fail(String reason) {
    spec.commandLine().getErr().println("flotilla node: " + reason);
    spec.commandLine().getErr().flush();
    return 1;
  }
}
