package io.flotilla.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The terminal that a command is run from. */
final class Terminal {
  private static final int USUAL_COLUMNS = 80;

  private Terminal() {}

  /**
   * How wide it is. Asks a program of the system's: the library that draws progress bars would ask one that handles signals itself from
   * then on, so that Ctrl-C would end this virtual machine without its shutdown hooks.
   */
  static int columns() {
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
