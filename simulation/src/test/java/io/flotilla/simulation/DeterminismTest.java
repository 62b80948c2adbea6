package io.flotilla.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.simulation.kernel.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A run is its seed, whatever ran before it in the same process. */
class DeterminismTest {
  private static final long FIRST_SEED = 1;
  private static final long LAST_SEED = 6;

  /** Prints the hashes of a few runs: for a process of its own. */
  public static final class Hashes {
    private Hashes() {}

    public static void main(String[] args) {
      // In the other order, so that other runs came before each.
      LongStream.rangeClosed(FIRST_SEED, LAST_SEED).map(seed -> LAST_SEED + FIRST_SEED - seed)
          .forEach(seed -> System.out.printf("%d %x%n", seed, hashOf(seed)));
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  @Test
  void twoRunsOfOneSeedAreEqual() {
    List<Long> first = LongStream.rangeClosed(FIRST_SEED, LAST_SEED).mapToObj(DeterminismTest::hashOf).toList();
    List<Long> second = LongStream.rangeClosed(FIRST_SEED, LAST_SEED).mapToObj(DeterminismTest::hashOf).toList();
    assertThat(second).isEqualTo(first).doesNotHaveDuplicates();
  }

  @Test
  void aTraceThatIsReadIsTheSameTrace() {
    List<String> lines = new ArrayList<>();
    assertThat(read(lines)).isEqualTo(hashOf(1));
    assertThat(lines).anyMatch(line -> line.contains("PreVote")).anyMatch(line -> line.contains("recovered"))
        .noneMatch(line -> line.contains("[B@"));
  }

  @Test
  void aTraceReadsTheSameEachTime() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    assertThat(read(first)).isEqualTo(read(second));
    assertThat(firstDifference(first, second)).as("a line of the one, and what the other has there").isEmpty();
  }

  /** Of two long texts, told apart by their first different line alone. */
  private static List<String> firstDifference(List<String> one, List<String> other) {
    int at = 0;
    while (at < one.size() && at < other.size() && one.get(at).equals(other.get(at))) {
      at++;
    }
    return at == one.size() && at == other.size() ? List.of()
        : List.of(at < one.size() ? one.get(at) : "nothing", at < other.size() ? other.get(at) : "nothing");
  }

  private static long read(List<String> lines) {
    try (Simulation simulation = chaotic(1)) {
      simulation.world().readTrace(lines::add);
      simulation.run(Duration.ofSeconds(2));
      return simulation.world().trace().hash();
    }
  }

  @Test
  void kernelsInSeveralThreadsDoNotDisturbOneAnother() throws InterruptedException {
    Map<Long, Long> hashes = new ConcurrentSkipListMap<>();
    List<Thread> threads = LongStream.rangeClosed(0, 1).mapToObj(half -> Thread.ofPlatform().start(() -> {
      LongStream.rangeClosed(FIRST_SEED, LAST_SEED).filter(seed -> seed % 2 == half)
          .forEach(seed -> hashes.put(seed, hashOf(seed)));
      Kernel.closeOfThisThread();
    })).toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(hashes.values()).containsExactlyElementsOf(
        LongStream.rangeClosed(FIRST_SEED, LAST_SEED).mapToObj(DeterminismTest::hashOf).toList());
  }

  @Test
  void anotherProcessRunsASeedJustSo() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx512m",
        "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
        Hashes.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> hashes = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().sorted().toList();
    assertThat(process.waitFor()).isZero();
    assertThat(hashes).isEqualTo(
        LongStream.rangeClosed(FIRST_SEED, LAST_SEED).mapToObj(seed -> "%d %x".formatted(seed, hashOf(seed))).toList());
  }

  private static long hashOf(long seed) {
    Simulation simulation = chaotic(seed);
    simulation.run(Duration.ofSeconds(2));
    return simulation.world().trace().hash();
  }

  private static Simulation chaotic(long seed) {
    return Simulation.of(seed).peers(5).config("flotilla.raft.snapshot-after-entries = 20").faults(Faults.swarm(seed));
  }
}
