package io.flotilla.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One node of a local cluster as this machine sees it: its process, its log. */
record LocalNode(NodesFile.Entry entry, ProcessHandle process) {
  /** Two readings of one process's start time may differ by the resolution of the system's clock ticks. */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private static final int LAST_LINES = 15;

  /** The process of an entry, if it still runs: a pid that the system has given to another program since is not ours. */
  static Optional<LocalNode> running(NodesFile.Entry entry) {
    return ProcessHandle.of(entry.pid())
        .filter(LocalNode::isAlive)
        .filter(process -> process.info().startInstant().map(start -> isClose(start, entry.startedMillis())).orElse(false))
        .map(process -> new LocalNode(entry, process));
  }

  /**
   * A process that was killed stays in the system's table until its parent asks what became of it. A node that {@code up} has left
   * behind may have a parent that never asks, such as a container's first process.
   */
  private static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  /** As Linux tells it, behind the program's name, which is in brackets; no other system has the file. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException _) {
      return false;
    }
  }

  boolean isAlive() {
    return isAlive(process);
  }

  String id() {
    return entry.id();
  }

  private static boolean isClose(Instant start, long startedMillis) {
    return Duration.between(start, Instant.ofEpochMilli(startedMillis)).abs().compareTo(START_TOLERANCE) <= 0;
  }

  /** Where a node logs; older parts lie beside it. */
  static Path logFile(Path folder, String id) {
    return folder.resolve("logs").resolve(id + ".log");
  }

  /** What a node, or the virtual machine itself, prints: of one that ended, why. */
  static Path outputFile(Path folder, String id) {
    return folder.resolve("logs").resolve(id + ".out");
  }

  /** What is to be said of a node that is gone before it was ready: the end of what it printed. */
  static CommandFailedException endedWhileStarting(Path folder, String id) {
    return new CommandFailedException("%s ended while starting. It said:%n  %s%nIts log is %s".formatted(id,
        String.join(System.lineSeparator() + "  ", lastOutput(folder, id)), logFile(folder, id)));
  }

  private static List<String> lastOutput(Path folder, String id) {
    try {
      List<String> lines = Files.readString(outputFile(folder, id), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    } catch (IOException e) {
      return List.of("(" + e.getMessage() + ")");
    }
  }
}
