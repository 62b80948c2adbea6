package io.flotilla.mapreduce.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a job's code does, it does to its own virtual machine: the node tells what happened and goes on. */
class ChildTaskRunnerTest {
  private static final long PATIENCE_SECONDS = 60;

  private final AtomicLong attempts = new AtomicLong();
  private ChildTaskRunner runner;
  private Path jar;

  @TempDir
  private Path folder;

  @BeforeEach
  void start() throws IOException {
    jar = jar(folder.resolve("job.jar"));
    runner = runner("flotilla.mapreduce.task-timeout = 1 s");
  }

  @AfterEach
  void stop() {
    runner.close();
  }

  private ChildTaskRunner runner(String settings) {
    Config config = ConfigFactory.parseString(settings
        + ", flotilla.mapreduce { child.heap = 32 MiB, sort-buffer = 2 MiB, max-record-size = 1 MiB }").withFallback(ConfigFactory.load());
    TaskEnvironment environment =
        new TaskEnvironment(MapReduceSettings.from(config), "n1", new WorkFolder(folder.resolve("work")), Optional.empty());
    try {
      return new ChildTaskRunner(new NoBuiltIns(), new NoStore(), environment, config, folder.resolve("node"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path jar(Path file) throws IOException {
    String name = Trouble.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(file); JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new ZipEntry(name));
      Trouble.class.getResourceAsStream("/" + name).transferTo(entries);
      entries.closeEntry();
    }
    return file;
  }

  private JobSpec spec(String job, SortedMap<String, String> params) {
    return new JobSpec(job, List.of("/in"), folder.resolve("out").toString(), 1, params, Optional.of(jar.toString()));
  }

  private TaskWork map(String jobId, String... lines) {
    return map(jobId, spec(Trouble.class.getName(), Collections.emptySortedMap()), lines);
  }

  private TaskWork map(String jobId, JobSpec spec, String... lines) {
    long attempt = attempts.incrementAndGet();
    try {
      Path input = Files.write(folder.resolve("input-" + attempt), List.of(lines));
      InputSplit split = new InputSplit(List.of(new InputRange.FileRange(input.toString(), 0, Files.size(input))), List.of());
      return new TaskWork.MapWork(new AttemptId(new TaskId(jobId, TaskId.Phase.MAP, 0), attempt), spec, split, 1, List.of(), List.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private TaskOutcome run(TaskWork work) {
    return await(runner.run(work, _ -> { }));
  }

  private static TaskOutcome await(CompletionStage<TaskOutcome> outcome) {
    return outcome.toCompletableFuture().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private static void awaitFile(Path file) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).as("time for %s to be there", file).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private static long pid(TaskOutcome outcome) {
    assertThat(outcome).isInstanceOf(TaskOutcome.MapDone.class);
    return ((TaskOutcome.MapDone) outcome).counters().get("pid");
  }

  private static TaskOutcome.Failed failed(TaskOutcome outcome) {
    assertThat(outcome).isInstanceOf(TaskOutcome.Failed.class);
    return (TaskOutcome.Failed) outcome;
  }

  private static RecordPosition at(TaskWork work, long offsetBytes) {
    InputRange range = ((TaskWork.MapWork) work).split().ranges().getFirst();
    return new RecordPosition(((InputRange.FileRange) range).path(), offsetBytes);
  }

  @Test
  void aChildWorksForOneAttemptOfItsJobAfterTheOtherAndForNoOtherJob() {
    long first = pid(run(map("job-1", "a")));
    assertThat(first).isNotEqualTo(ProcessHandle.current().pid());
    assertThat(pid(run(map("job-1", "a")))).isEqualTo(first);
    assertThat(pid(run(map("job-2", "a")))).isNotEqualTo(first);
  }

  @Test
  void childrenAndTheirFilesGoWithTheirJob() {
    ProcessHandle child = ProcessHandle.of(pid(run(map("job-1", "print")))).orElseThrow();
    runner.jobEnded("job-1");
    child.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    runner.close();
    assertThat(folder.resolve("node/running/job-1")).doesNotExist();
    assertThat(folder.resolve("node/logs/job-1.log")).hasContent("printed on standard output\nprinted on standard error\n");
  }

  @Test
  void theJarMayBeReplacedWhileTheJobRuns() throws IOException {
    ProcessHandle first = ProcessHandle.of(pid(run(map("job-1", "a")))).orElseThrow();
    Files.writeString(jar, "this is no jar");
    failed(run(map("job-1", "exit")));
    assertThat(pid(run(map("job-1", "a")))).isNotEqualTo(first.pid());
  }

  @ParameterizedTest
  @CsvSource({
      "throw, thrown on purpose, true",
      "exit, System.exit(42), true",
      "kill, ended by signal 9, false",   // nobody could say where
      "loop, no record was finished for 1000 ms (flotilla.mapreduce.task-timeout); it stood at, true",
      "park, no record was finished for 1000 ms, true",
      "eat, OutOfMemoryError, true",
      "disturb, no message, false"})
  void whatTheCodeDoesFailsItsAttemptAtItsRecordAndNothingElse(String line, String reason, boolean recordIsKnown) {
    TaskWork work = map("job-1", "a", line, "b");
    CompletionStage<TaskOutcome> trouble = runner.run(work, _ -> { });
    CompletionStage<TaskOutcome> other = runner.run(map("job-2", "a"), _ -> { });

    TaskOutcome.Failed failure = failed(await(trouble));
    assertThat(failure.reason()).contains(reason);
    if (recordIsKnown) {
      assertThat(failure.at()).contains(at(work, 2));
    }
    assertThat(failure.lasting()).isFalse();
    pid(await(other));
    pid(run(map("job-1", "a")));
  }

  @Test
  void printingReadingAndThreadsThatNeverEndDoNoHarm() {
    pid(run(map("job-1", "print", "read", "thread", "a")));
    pid(run(map("job-1", "a")));
    TaskOutcome.Failed failure = failed(run(map("job-1", "throw")));
    assertThat(failure.reason()).contains(folder.resolve("node/logs/job-1.log").toString());
    assertThat(folder.resolve("node/logs/job-1.log")).hasContent("printed on standard output\nprinted on standard error\n");
  }

  @Test
  void anAttemptIsCancelledWhateverItDoes() {
    runner.close();
    runner = runner("flotilla.mapreduce.task-timeout = 1 h");
    TaskWork work = map("job-1", "a", "loop");
    CompletionStage<TaskOutcome> outcome = runner.run(work, _ -> { });
    runner.cancel(work.id());
    assertThat(await(outcome)).isEqualTo(new TaskOutcome.Cancelled());
    outcome = runner.run(map("job-1", "print", "loop"), _ -> { });
    awaitFile(folder.resolve("node/logs/job-1.log"));
    runner.jobEnded("job-1");
    assertThat(await(outcome)).isEqualTo(new TaskOutcome.Cancelled());
  }

  @ParameterizedTest
  @CsvSource({
      "com.example.Absent, , com.example.Absent is not in",
      "java.lang.String, , is no job",
      "io.flotilla.mapreduce.child.Trouble, refuse, refuse is not allowed",
      "io.flotilla.mapreduce.child.Trouble, exit, System.exit(5)"})
  void aJobThatIsNoneIsRefusedWhenItIsPlanned(String job, String param, String reason) {
    JobSpec spec = spec(job, param == null ? Collections.emptySortedMap() : new TreeMap<>(Map.of(param, "")));
    assertThatThrownBy(() -> runner.probe(null).traits(spec)).isInstanceOf(JobRefusedException.class).hasMessageContaining(reason);
  }

  @Test
  void aJobTellsWhatItIsLike() throws JobRefusedException {
    JobProbe probe = runner.probe(null);
    assertThat(probe.traits(spec(Trouble.class.getName(), Collections.emptySortedMap()))).isEqualTo(new JobProbe.Traits(true, false));
  }

  @Test
  void aJarThatIsNotThereIsNamed() throws IOException {
    Files.delete(jar);
    TaskOutcome.Failed failure = failed(run(map("job-1", "a")));
    assertThat(failure.reason()).contains(jar.toString());
    assertThat(failure.lasting()).isTrue();
  }

  /** Built-in jobs are not this runner's. */
  private static final class NoBuiltIns implements TaskRunner {
    @Override
    public CompletionStage<TaskOutcome> run(TaskWork work, Consumer<TaskProgress> progress) {
      throw new AssertionError(work.toString());
    }

    @Override
    public void cancel(AttemptId id) {
      throw new AssertionError(id.toString());
    }

    @Override
    public void jobEnded(String jobId) {
      Stream.of(jobId).forEach(id -> assertThat(id).isNotEmpty());
    }

    @Override
    public int shufflePort() {
      return 0;
    }

    @Override
    public void close() {
      Thread.onSpinWait();
    }
  }

  /** Nothing here asks for the store. */
  private static final class NoStore implements KvClient {
    @Override
    public CompletionStage<KvReply> execute(KvRequest request) {
      throw new AssertionError(request.toString());
    }

    @Override
    public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
      throw new AssertionError(write.toString());
    }

    @Override
    public void close() {
      throw new AssertionError("it is not ours to close");
    }
  }
}
