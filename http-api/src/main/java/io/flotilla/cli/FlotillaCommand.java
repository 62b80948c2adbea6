package io.flotilla.cli;

import io.flotilla.bench.BenchCommand;
import io.flotilla.http.BuildInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flotilla}: the commands, and how their failures look. Exit status 0 done, 1 failed, 2 wrong usage. */
@Command(name = "flotilla", mixinStandardHelpOptions = true,
    description = "A strongly consistent, replicated data platform.",
    subcommands = {UpCommand.class, DownCommand.class, StatusCommand.class, NodeCommand.class, KvCommand.class, GroupsCommand.class,
      MapReduceCommand.class, BenchCommand.class, SimulateCommand.class},
    footer = {"", "Exit status: 0 done, 1 failed, 2 wrong usage."})
final class FlotillaCommand implements Runnable {
  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Flotilla " + BuildInfo.version()};
    }
  }

  @Spec
  private CommandSpec spec;

  /** The whole command line, ready to execute. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new FlotillaCommand());
    commandLine.setExecutionExceptionHandler(FlotillaCommand::onFailure);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionStrategy(FlotillaCommand::execute);
    giveVersion(commandLine);
    return commandLine;
  }

  /** All commands take {@code --version}, as part of what picocli gives each of them. */
  private static void giveVersion(CommandLine commandLine) {
    commandLine.getCommandSpec().versionProvider(new Version());
    commandLine.getSubcommands().values().forEach(FlotillaCommand::giveVersion);
  }

  /** Who writes {@code kv cas KEY VALUE --version 3} wants a condition, and must not be told ours and that all is well. */
  private static int execute(CommandLine.ParseResult parsed) {
    CommandLine.ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    if (command.isVersionHelpRequested() && (command.matchedArgs().size() > 1 || !command.unmatched().isEmpty())) {
      throw new ParameterException(command.commandSpec().commandLine(), "--version stands alone: it tells the program's version.");
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  private static int onFailure(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
    switch (failure) {
      case CommandFailedException expected -> commandLine.getErr().println(expected.getMessage());
      case FileSystemException file -> commandLine.getErr().println("%s cannot be used: %s".formatted(file.getFile(),
          file.getReason() == null ? file.getClass().getSimpleName().replace("Exception", "") : file.getReason()));
      case IOException io -> commandLine.getErr().println(io.getMessage() == null ? io.toString() : io.getMessage());
      case InterruptedException _ -> Thread.currentThread().interrupt();
      default -> throw failure;
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
