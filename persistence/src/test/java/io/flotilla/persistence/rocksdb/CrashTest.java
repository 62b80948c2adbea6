package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at a random moment, over and over: every acknowledged event is there afterwards, and nothing else is left behind. */
class CrashTest {
  private static final int FOLDERS = 2;
  private static final int KILLS = 10;
  private static final int MAX_ACKNOWLEDGEMENTS = 600;

  @TempDir Path folder;

  @Test
  void everyAcknowledgedEventSurvivesKill() throws InterruptedException, ExecutionException {
    long seed = Long.getLong("crash.seed", System.nanoTime());
    List<Future<Void>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(FOLDERS)) {
      for (int number = 0; number < FOLDERS; number++) {
        Crashes crashes = new Crashes(folder.resolve("data" + number), seed + number);
        runs.add(threads.submit(() -> {
          crashes.run();
          return null;
        }));
      }
    }
    for (Future<Void> run : runs) {
      run.get();
    }
  }

  /** What happens to one folder. */
  private static final class Crashes {
    private final Path directory;
    private final Path temporaryFiles;
    private final long seed;

    /** The highest number that each actor has been told is durable. */
    private final Map<String, Long> acknowledged = new TreeMap<>();

    Crashes(Path directory, long seed) {
      this.directory = directory;
      this.temporaryFiles = directory.resolveSibling(directory.getFileName() + "-tmp");
      this.seed = seed;
    }

    void run() throws IOException, InterruptedException {
      Files.createDirectories(temporaryFiles);
      Random random = new Random(seed);
      for (int kill = 1; kill <= KILLS; kill++) {
        runAndKill(random.nextInt(MAX_ACKNOWLEDGEMENTS), "kill %d, crash.seed=%d".formatted(kill, seed));
      }
      assertThat(temporaryFiles).isEmptyDirectory();
      try (TestSystem system = TestSystem.start(directory)) {
        JournalClient journal = new JournalClient(system);
        acknowledged.forEach((id, count) ->
            assertThat(journal.replay(id).payloads()).hasSizeGreaterThanOrEqualTo(count.intValue()));
      }
    }

    private void runAndKill(int afterAcknowledgements, String run) throws IOException, InterruptedException {
      Process process = start();
      try (BufferedReader out = process.inputReader()) {
        int recovered = 0;
        int seen = 0;
        for (String line = out.readLine(); line != null; line = out.readLine()) { // what the pipe still holds counts too
          String[] words = line.split(" ", 3);
          long count = Long.parseLong(words[2]);
          if (words[0].equals("recovered")) {
            assertThat(count).as("%s: %s", run, words[1]).isGreaterThanOrEqualTo(acknowledged.getOrDefault(words[1], 0L));
            recovered++;
          } else {
            acknowledged.put(words[1], count);
            seen++;
          }
          if (recovered == WritingProcess.ACTORS && seen >= afterAcknowledgements) {
            process.toHandle().destroyForcibly(); // Process.destroyForcibly would close the pipe as well
          }
        }
        assertThat(recovered).as(run).isEqualTo(WritingProcess.ACTORS);
      } finally {
        process.destroyForcibly().waitFor();
      }
    }

    private Process start() throws IOException {
      return new ProcessBuilder(List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
              "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
              "-Djava.io.tmpdir=" + temporaryFiles,
              "-cp", System.getProperty("java.class.path"),
              WritingProcess.class.getName(), directory.toString()))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    }
  }
}
