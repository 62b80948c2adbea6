package io.flotilla.scenarios.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** How calls in different virtual machines see one another: by files. */
final class Marks {
  private Marks() {}

  /** Lets that much time pass while this machine's mark is there; the machines that had one at its beginning. */
  static List<Long> workAtTheSameTime(Path folder, Duration time) throws IOException {
    long self = ProcessHandle.current().pid();
    Path mark = Files.writeString(folder.resolve("working-" + self), "");
    pass(time.dividedBy(2)); // others shall have left theirs by then
    List<Long> others;
    try (Stream<Path> files = Files.list(folder)) {
      others = files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("working-"))
          .map(name -> Long.valueOf(name.substring("working-".length()))).filter(pid -> ProcessHandle.of(pid).isPresent()).sorted().toList();
    }
    pass(time.dividedBy(2));
    Files.deleteIfExists(mark);
    return others;
  }

  static void pass(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
