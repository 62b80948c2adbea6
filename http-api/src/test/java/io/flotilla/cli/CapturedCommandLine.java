package io.flotilla.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** The command line as users have it, and what it prints by its own writers. */
final class CapturedCommandLine {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs a command; its exit status. */
  int run(String... arguments) {
    CommandLine commandLine = FlotillaCommand.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  /** What all commands so far have printed. */
  String out() {
    return out.toString();
  }

  /** What they have printed as errors and news. */
  String err() {
    return err.toString();
  }
}
