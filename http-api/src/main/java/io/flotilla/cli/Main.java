package io.flotilla.cli;

/** What {@code ./flotilla} runs: nothing but the way from arguments to exit status. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(FlotillaCommand.commandLine().execute(args));
  }
}
