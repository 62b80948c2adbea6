package io.flotilla.terminal;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The terminal that a command is run from. */
public final class Terminal {
  private static final int USUAL_COLUMNS = 80;

  private Terminal() {}

  /** Whether there is one: what is printed goes to a person, and not into a pipe or a file. */
  // Error Prone expects JDK 22's console, which was never null; JDK 25's is again, without a terminal.
  @SuppressWarnings("SystemConsoleNull")
  public static boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** A bar as wide as the terminal, on standard error; not begun yet. */
  public static ProgressBarBuilder progressBar(String task, long max) {
    return new ProgressBarBuilder().setTaskName(task).setInitialMax(max).setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(System.err, columns() - 1));
  }

  /**
   * How wide it is. Asks a program of the system's: the library that draws progress bars would ask one that handles signals itself from
   * then on, so that Ctrl-C would end this virtual machine without its shutdown hooks.
   */
  private static int columns() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      String[] rowsAndColumns = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ", -1);
      int columns = Integer.parseInt(rowsAndColumns[rowsAndColumns.length - 1]);
      return columns > 0 ? columns : USUAL_COLUMNS;
    } catch (IOException | NumberFormatException _) {
      return USUAL_COLUMNS;
    }
  }
}
