package io.flotilla.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.scenarios.batch.JobJar;
import io.flotilla.scenarios.batch.JobRun;
import io.flotilla.scenarios.cluster.Cli;
import io.flotilla.scenarios.cluster.LocalCluster;
import io.flotilla.scenarios.jobs.Misbehaving;
import io.flotilla.scenarios.jobs.NoJob;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Input and jobs that are not as they should be: the answer says which and where, and the node goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadJobsTest {
  private Path folder;
  private Path jar;
  private Path text;
  private LocalCluster cluster;
  private long pid;
  private Path output;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    jar = JobJar.write(folder.resolve("jobs.jar"));
    text = Files.write(folder.resolve("text.txt"), List.of("one", "two", "bad three", "four"));
    cluster = LocalCluster.start(folder.resolve("cluster"), 1, "flotilla.mapreduce.slots=2", "flotilla.mapreduce.task-timeout=2 s",
        "flotilla.mapreduce.max-record-size=64 KiB", "flotilla.mapreduce.sort-buffer=1 MiB", "flotilla.mapreduce.child.heap=32 MiB",
        "flotilla.mapreduce.bad-record-attempts=0", "flotilla.mapreduce.max-attempts=2");
    pid = cluster.pid("n1");
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @BeforeEach
  void begin(TestInfo test) {
    output = folder.resolve("out-" + test.getTestMethod().orElseThrow().getName() + test.getDisplayName().replaceAll("\\W", ""));
  }

  @AfterEach
  void theNodeLivesOnAndRunsJobs() throws IOException {
    assertThat(ProcessHandle.of(pid)).isPresent();
    assertThat(cluster.get("n1", "/readyz").statusCode()).isEqualTo(200);
  }

  private ObjectNode builtIn(String job, Path input) {
    return JobRun.job(job, output, 1, input.toString());
  }

  private ObjectNode misbehaving(String how) {
    return JobRun.job(Misbehaving.class, jar, output, 1, Map.of("how", how), text.toString());
  }

  private void assertRefused(ObjectNode job, int status, String... because) throws IOException {
    HttpResponse<String> response = JobRun.post(cluster, job);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains("\"outcome\":\"not-applied\"").contains(because);
    assertThat(output).doesNotExist();
  }

  @Test
  void noFileMatches() throws IOException {
    assertRefused(builtIn("wordcount", folder.resolve("absent-*.txt")), 400, folder.resolve("absent-*.txt").toString());
  }

  @Test
  void aJobThatThereIsNot() throws IOException {
    assertRefused(builtIn("wordcuont", text), 400, "wordcuont", "wordcount");
  }

  @Test
  void aRegexThatDoesNotCompile() throws IOException {
    ObjectNode job = builtIn("grep", text);
    assertRefused(job, 400, "pattern");
    job.putObject("params").put("pattern", "(unclosed");
    assertRefused(job, 400, "pattern", "Unclosed");
  }

  @Test
  void outputThatExists() throws IOException, InterruptedException {
    Files.createDirectories(output);
    HttpResponse<String> response = JobRun.post(cluster, builtIn("wordcount", text));
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body()).contains(output.toString());
    Cli.Result result = Cli.run(folder, "mr", "run", "wordcount", "--input", "text.txt", "--output", output.toString(), "--endpoint",
        cluster.url("n1").toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains(output.toString());
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void jarsThatAreNotThereOrDoNotHaveTheJob() throws IOException {
    ObjectNode job = misbehaving("print");
    assertRefused(job.deepCopy().put("jar", folder.resolve("absent.jar").toString()), 400, folder.resolve("absent.jar").toString());
    assertRefused(job.deepCopy().put("job", "com.example.Absent"), 400, "com.example.Absent");
    assertRefused(job.deepCopy().put("job", NoJob.class.getName()), 400, NoJob.class.getName(), "no job");
    assertRefused(misbehaving("refuse"), 400, "allowed is anything else");
    Files.writeString(folder.resolve("broken.jar"), "this is no jar");
    assertRefused(job.deepCopy().put("jar", folder.resolve("broken.jar").toString()), 400, Misbehaving.class.getName());
  }

  @ParameterizedTest
  @CsvSource({
      "throw, cannot make sense of it",
      "exit, System.exit(42)",
      "loop, flotilla.mapreduce.task-timeout",
      "eat, OutOfMemoryError"})
  void codeThatFailsFailsItsJobAtItsRecordAndNoOther(String how, String because) throws IOException {
    JobRun bad = JobRun.submit(cluster, misbehaving(how));
    Path good = folder.resolve("good-" + how);
    JobRun other = JobRun.submit(cluster, JobRun.job("wordcount", good, 1, text.toString()));
    bad.awaitFailure(because, text + ":8");
    assertThat(output).doesNotExist();
    other.awaitSuccess();
    assertThat(other.output()).containsExactly("bad\t1", "four\t1", "one\t1", "three\t1", "two\t1");
  }

  @Test
  void codeThatPrintsOrLeavesThreadsBehindDoesNoHarm() {
    for (String how : List.of("print", "thread")) {
      output = folder.resolve("harmless-" + how);
      JobRun run = JobRun.submit(cluster, misbehaving(how));
      run.awaitSuccess();
      assertThat(run.output()).containsExactly("lines\t4");
    }
  }

  @Test
  void aLineThatIsTooLong() throws IOException {
    Path file = Files.writeString(folder.resolve("long.txt"), "short\n" + "x".repeat(100_000) + "\nshort\n");
    JobRun.submit(cluster, builtIn("wordcount", file)).awaitFailure(file + ":6", "flotilla.mapreduce.max-record-size");
  }

  @Test
  void bytesThatAreNoUtf8() throws IOException {
    Path file = folder.resolve("latin1.txt");
    Files.write(file, "caf\u00e9 noir\nplain\n".getBytes(StandardCharsets.ISO_8859_1));
    JobRun run = JobRun.submit(cluster, builtIn("wordcount", file));
    JsonNode job = run.awaitSuccess();
    assertThat(run.output()).containsExactly("caf\t1", "noir\t1", "plain\t1");
    assertThat(job.path("counters").path("malformed.records").asLong()).isEqualTo(1);
  }

  @Test
  void aFolderIsNoFile() throws IOException {
    Path unreadable = Files.createDirectories(folder.resolve("folder.txt"));
    assertRefused(builtIn("wordcount", unreadable), 400, unreadable.toString());
  }
}
