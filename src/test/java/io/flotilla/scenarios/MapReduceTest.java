package io.flotilla.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.anagrams.Anagrams;
import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.scenarios.batch.Books;
import io.flotilla.scenarios.batch.Expected;
import io.flotilla.scenarios.batch.JobJar;
import io.flotilla.scenarios.batch.JobRun;
import io.flotilla.scenarios.cluster.Await;
import io.flotilla.scenarios.cluster.Cli;
import io.flotilla.scenarios.cluster.LocalCluster;
import io.flotilla.scenarios.jobs.Crash;
import io.flotilla.scenarios.jobs.EarlyExit;
import io.flotilla.scenarios.jobs.JobCount;
import io.flotilla.scenarios.jobs.MapParallelism;
import io.flotilla.scenarios.jobs.ReduceParallelism;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The course's MapReduce scenarios under their ids, with books of our own, and deaths of nodes. A worker is a node with one slot.
 * Where the course starts fewer of them, one is dead; its pauses are a third as long as there, or less. By name, since those that need
 * two workers then stand together, and nodes seldom have to come back.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class MapReduceTest {
  private static final int REDUCERS = 10;

  private Path folder;
  private Path jar;
  private List<Path> books;
  private String globs;
  private LocalCluster cluster;
  private Path output;
  private Path marks;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    jar = JobJar.write(folder.resolve("jobs.jar"));
    books = Books.write(folder.resolve("books"), 8, 4_000, 1);
    globs = folder.resolve("books/pg-*.txt").toString();
    cluster = LocalCluster.start(folder.resolve("cluster"), 3, "flotilla.mapreduce.slots=1", "flotilla.mapreduce.worker-timeout=2 s",
        "flotilla.mapreduce.adoption-time=1 s", "flotilla.mapreduce.backup.after=10 s", "flotilla.mapreduce.split-size.min=64 KiB",
        "flotilla.mapreduce.split-size.max=128 KiB", "flotilla.mapreduce.sort-buffer=16 MiB", "flotilla.mapreduce.max-record-size=4 MiB",
        "flotilla.mapreduce.child.heap=128 MiB", "flotilla.mapreduce.max-attempts=1000", "flotilla.mapreduce.bad-record-attempts=0");
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @BeforeEach
  void begin(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName() + "-" + test.getDisplayName().replaceAll("\\W", "");
    output = folder.resolve(name);
    marks = Files.createDirectories(folder.resolve(name + "-marks"));
  }

  private void threeWorkers() {
    List<String> dead = cluster.ids().stream().filter(id -> !cluster.aliveIds().contains(id)).toList();
    if (!dead.isEmpty()) {
      cluster.restart(dead);
      cluster.awaitReady(cluster.ids());
    }
  }

  /** The one that is dead. */
  private String twoWorkers() {
    return cluster.ids().stream().filter(id -> !cluster.aliveIds().contains(id)).findFirst().orElseGet(() -> {
      String victim = cluster.follower("meta");
      cluster.kill(victim);
      return victim;
    });
  }

  private JobRun submit(Class<?> job) {
    return JobRun.submit(cluster, JobRun.job(job, jar, output, REDUCERS, Map.of("marks", marks.toString()), globs));
  }

  /** Of the form {@code key<TAB>value}. */
  private static Map<String, String> records(List<String> lines) {
    return lines.stream().map(line -> line.split("\t", 2)).collect(Collectors.toMap(line -> line[0], line -> line[1]));
  }

  @Test
  void mr1Wordcount() throws IOException, InterruptedException {
    threeWorkers();
    Cli.Result result = Cli.run(folder, "mr", "run", "wordcount", "--input", "books/pg-*.txt", "--output", output.toString(),
        "--reducers", Integer.toString(REDUCERS), "--data", cluster.folder().toString());
    assertThat(result.status()).as(result.err() + result.out()).isZero();
    assertThat(result.out()).contains("succeeded", output.toString());
    assertThat(JobRun.output(output)).isEqualTo(Expected.wordcount(books));
  }

  @Test
  void mr2Indexer() throws IOException {
    twoWorkers();
    JobRun run = JobRun.submit(cluster, JobRun.job("index", output, REDUCERS, globs));
    run.awaitSuccess();
    assertThat(run.output()).isEqualTo(Expected.index(books));
  }

  @Test
  void mr3MapParallelism() {
    twoWorkers();
    JobRun run = submit(MapParallelism.class);
    run.awaitSuccess();
    Map<String, String> seen = records(run.output());
    assertThat(seen.keySet().stream().filter(key -> key.startsWith("times-"))).hasSize(2);
    assertThat(seen.entrySet().stream().filter(line -> line.getKey().startsWith("parallel-")).map(Map.Entry::getValue))
        .anyMatch(counts -> counts.contains("2"));
  }

  @Test
  void mr4ReduceParallelism() {
    twoWorkers();
    JobRun run = submit(ReduceParallelism.class);
    run.awaitSuccess();
    assertThat(records(run.output()).values().stream().filter("2"::equals).count()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void mr5JobCount() {
    String late = twoWorkers();
    JobRun run = submit(JobCount.class);
    run.await("map tasks are under way", job -> job.path("map").path("inProgress").asInt() > 0);
    cluster.restart(late);
    run.awaitSuccess();
    assertThat(run.output()).containsExactly("a\t8");
  }

  @Test
  void mr6EarlyExit() throws IOException, InterruptedException {
    threeWorkers();
    Cli.Result result = Cli.run(folder, "mr", "run", EarlyExit.class.getName(), "--jar", jar.toString(), "--input", globs, "--output",
        output.toString(), "--reducers", Integer.toString(REDUCERS), "--data", cluster.folder().toString());
    assertThat(result.status()).as(result.err() + result.out()).isZero();
    List<String> atTheEnd = JobRun.output(output);
    assertThat(atTheEnd).isEqualTo(Expected.wordcount(books));
    Await.until("no child is left", () -> children() == 0);
    assertThat(JobRun.output(output)).isEqualTo(atTheEnd);
  }

  @Test
  void mr7Crash() throws IOException {
    threeWorkers();
    JobRun run = submit(Crash.class);
    run.awaitSuccess();
    assertThat(run.output()).isEqualTo(Expected.crash(books));
    Await.until("no child is left", () -> children() == 0);
  }

  private long children() {
    return cluster.aliveIds().stream().mapToLong(id -> ProcessHandle.of(cluster.pid(id)).stream()
        .flatMap(ProcessHandle::children).count()).sum();
  }

  @Test
  void theExampleOfTheGuide() throws IOException {
    Path example = JobJar.holding(Anagrams.class);
    JobRun run = JobRun.submit(cluster, JobRun.job(Anagrams.class, example, output, REDUCERS, Map.of("min-letters", "3"), globs));
    JsonNode job = run.awaitSuccess();
    assertThat(run.output()).isEqualTo(Expected.anagrams(books, 3));
    assertThat(job.path("counters").path("anagrams.groups").asInt()).isEqualTo(run.output().size());
  }

  @Test
  void theCoordinatorIsKilledWithItsChildrenAndTheJobGoesOn() {
    threeWorkers();
    JobRun run = submit(MapParallelism.class);
    JsonNode before = run.await("a map task is done", job -> job.path("map").path("done").asInt() > 0);
    String coordinator = before.path("coordinator").asText();
    assertThat(coordinator).isEqualTo(cluster.leader("meta"));
    List<ProcessHandle> orphans = ProcessHandle.of(cluster.pid(coordinator)).orElseThrow().children().toList();
    cluster.kill(coordinator);
    JsonNode job = run.awaitSuccess();
    Await.until("the children of the dead node are gone as well", () -> orphans.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(job.path("coordinator").asText("")).isNotEqualTo(coordinator);
    assertThat(job.path("map").path("done").asInt()).isEqualTo(books.size());
  }

  /** {@code benchmarks/mapreduce-kills} does the same with more input, many times. */
  @ParameterizedTest
  @CsvSource({"wordcount, false", "index, true"})
  void anyNodeIsKilledAtAnyMoment(String job, boolean comesBackAtOnce) throws IOException {
    threeWorkers();
    List<String> expected = job.equals("index") ? Expected.index(books) : Expected.wordcount(books);
    JobRun run = JobRun.submit(cluster, JobRun.job(job, output, REDUCERS, globs));
    double until = ThreadLocalRandom.current().nextDouble(2);
    run.await("%.2f of its phases are done".formatted(until),
        status -> status.path("map").path("fraction").asDouble() + status.path("reduce").path("fraction").asDouble() >= until);
    List<String> ids = cluster.ids();
    String victim = comesBackAtOnce ? ids.get(ThreadLocalRandom.current().nextInt(ids.size())) : cluster.leader("meta");
    cluster.kill(victim);
    if (comesBackAtOnce) {
      cluster.restart(victim);
    }
    run.awaitSuccess();
    assertThat(run.output()).as("%s killed at %.2f", victim, until).isEqualTo(expected);
    assertThat(partsOf(output)).isEqualTo(IntStream.range(0, REDUCERS).mapToObj("part-r-%05d"::formatted).toList());
  }

  private static List<String> partsOf(Path output) throws IOException {
    try (var files = Files.list(output)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("_SUCCESS")).sorted().toList();
    }
  }
}
