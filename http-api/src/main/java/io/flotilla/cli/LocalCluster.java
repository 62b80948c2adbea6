package io.flotilla.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The nodes of one data folder on this machine: who runs, and how they end. */
final class LocalCluster {
  /** For a node to hand over leaderships, answer what is under way and close its database. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final Path folder;

  LocalCluster(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path folder() {
    return folder;
  }

  /** Work that nobody else may do on this folder at the same time. */
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Does something while no other {@code up} or {@code down} works on this folder. */
  <T> T alone(Work<T> work) throws IOException, InterruptedException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new CommandFailedException(folder + " is a file; the nodes' data need a folder");
    }
    Files.createDirectories(folder);
    Path file = folder.resolve("up.lock");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new CommandFailedException("another 'up' or 'down' is at work on %s (it holds %s)".formatted(folder, file));
      }
      return work.run();
    }
  }

  /** The nodes that run, by id. */
  List<LocalNode> running() throws IOException {
    return NodesFile.read(folder).stream().map(LocalNode::running).flatMap(Optional::stream)
        .sorted(Comparator.comparing(LocalNode::id)).toList();
  }

  /** Makes {@code nodes.json} say who runs. */
  void write(List<LocalNode> nodes) throws IOException {
    NodesFile.write(folder, nodes.stream().sorted(Comparator.comparing(LocalNode::id)).map(LocalNode::entry).toList());
  }

  /** Stops nodes, all at once: first by asking, after a time by force. Tells of each how it ended. */
  void stop(List<LocalNode> nodes, Consumer<String> tell) throws IOException, InterruptedException {
    nodes.forEach(node -> node.process().destroy());
    List<LocalNode> forced = List.of();
    if (!awaitEnd(nodes, STOP_LIMIT)) {
      forced = nodes.stream().filter(LocalNode::isAlive).toList();
      forced.forEach(node -> node.process().destroyForcibly());
      awaitEnd(nodes, STOP_LIMIT);
    }
    write(running().stream().filter(node -> !nodes.contains(node)).toList());
    for (LocalNode node : nodes) {
      tell.accept((forced.contains(node) ? "%s did not stop in time and was killed" : "%s stopped").formatted(node.id()));
    }
  }

  /** Whether all of them ended in time. */
  static boolean awaitEnd(List<LocalNode> nodes, Duration limit) throws InterruptedException {
    return await(() -> nodes.stream().noneMatch(LocalNode::isAlive), limit);
  }

  /** Whether any of them ended in time. */
  static boolean awaitAnyEnd(List<LocalNode> nodes, Duration limit) throws InterruptedException {
    return await(() -> !nodes.stream().allMatch(LocalNode::isAlive), limit);
  }

  /** Looks again and again: {@link ProcessHandle#onExit} waits for ever where nobody asks what became of a process. */
  private static boolean await(BooleanSupplier ended, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ended.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      Pause.of(Duration.ofNanos(Math.min(left, BETWEEN_LOOKS.toNanos())));
    }
    return true;
  }
}
