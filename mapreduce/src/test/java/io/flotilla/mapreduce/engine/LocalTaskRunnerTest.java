package io.flotilla.mapreduce.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.TestSettings;
import io.flotilla.mapreduce.api.Combiner;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.KeyOrder;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.Partitioner;
import io.flotilla.mapreduce.api.Reducer;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.jobs.Jobs;
import io.flotilla.mapreduce.jobs.LineCount;
import io.flotilla.mapreduce.output.OutputFolder;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of single attempts, most of them bad ones. */
class LocalTaskRunnerTest {
  @TempDir
  private Path folder;
  private Path input;
  private WorkFolder work;
  private Optional<LocalTaskRunner> runner = Optional.empty();

  @BeforeEach
  void makeInput() throws Exception {
    input = Files.writeString(folder.resolve("input"), "one\ntwo\nthree\ntwo\n");
    work = new WorkFolder(folder.resolve("work"));
    new OutputFolder(folder.resolve("out")).prepare("job");
  }

  @AfterEach
  void closeRunner() {
    runner.ifPresent(LocalTaskRunner::close);
  }

  @Test
  void aMapperThatThrowsFailsAtItsRecord() throws Exception {
    TaskOutcome.Failed failed = (TaskOutcome.Failed) map(throwingAt("three"), List.of());
    assertThat(failed.reason()).contains("IllegalStateException: I do not like three").contains("LocalTaskRunnerTest");
    assertThat(failed.at()).contains(new RecordPosition(input.toString(), 8));
    assertThat(failed.lasting()).isFalse();
    assertThat(work.root().resolve("job")).isEmptyDirectory();
  }

  @Test
  void aBadRecordIsLeftOutAndCounted() throws Exception {
    TaskOutcome.MapDone done = (TaskOutcome.MapDone) map(throwingAt("three"), List.of(new RecordPosition(input.toString(), 8)));
    assertThat(done.counters().get(Counters.SKIPPED_RECORDS)).isEqualTo(1);
    assertThat(done.counters().get(Counters.MAP_OUTPUT_RECORDS)).isEqualTo(3);
  }

  @Test
  void aReducerThatThrowsFailsAtItsKeyAndThatKeyCanBeLeftOut() throws Exception {
    start(reducing((key, values, context) -> {
      if (key.equals("two")) {
        throw new IOException("no " + key);
      }
      context.emit(key, values.next());
    }));
    assertThat(run(mapWork(1, List.of()))).isInstanceOf(TaskOutcome.MapDone.class);
    TaskOutcome.Failed failed = (TaskOutcome.Failed) run(reduceWork(1, List.of()));
    assertThat(failed.reason()).contains("IOException: no two");
    assertThat(failed.at()).contains(new RecordPosition("two", 0));
    assertThat(run(reduceWork(2, List.of(new RecordPosition("two", 0))))).isInstanceOf(TaskOutcome.ReduceDone.class);
    assertThat(Files.readAllLines(part())).containsExactly("one\t1", "three\t1");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"stack, StackOverflowError, false", "class, NoClassDefFoundError, true", "error, AssertionError, false"})
  void evenAnErrorIsAnOutcome(String kind, String reason, boolean lasting) throws Exception {
    TaskOutcome.Failed failed = (TaskOutcome.Failed) map(mapping((_, line, _) -> {
      switch (kind) {
        case "stack" -> deeper(0);
        case "class" -> throw new NoClassDefFoundError("com/example/Gone");
        default -> throw new AssertionError(line);
      }
    }), List.of());
    assertThat(failed.reason()).contains(reason);
    assertThat(failed.lasting()).isEqualTo(lasting);
  }

  @Test
  void aPartitionThatDoesNotExistFailsTheTask() throws Exception {
    start(new LineCount() {
      @Override
      public Optional<Partitioner<String>> partitioner() {
        return Optional.of((_, reducers) -> reducers);
      }
    });
    TaskOutcome.Failed failed = (TaskOutcome.Failed) run(mapWork(1, List.of()));
    assertThat(failed.reason()).contains("the partitioner gave 1, where 0 to 0 are allowed");
  }

  @Test
  void anInputThatIsGoneFailsForGood() throws Exception {
    Files.delete(input);
    TaskOutcome.Failed failed = (TaskOutcome.Failed) map(new LineCount(), List.of());
    assertThat(failed.reason()).contains(input.toString());
    assertThat(failed.lasting()).isTrue();
  }

  /** As on a broken disk: it can be opened, and then not read. */
  @Test
  void anInputThatCannotBeReadIsNamed() throws Exception {
    Files.delete(input);
    Files.createDirectory(input);
    TaskOutcome.Failed failed = (TaskOutcome.Failed) map(new LineCount(), List.of());
    assertThat(failed.reason()).contains(input + " cannot be read: ");
    assertThat(failed.lasting()).isFalse();
  }

  @Test
  void anAttemptThatStandsStillIsGivenUpAndSaysWhere() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    start("task-timeout = 200 ms", mapping((_, _, _) -> never.await()));
    TaskOutcome.Failed failed = (TaskOutcome.Failed) run(mapWork(1, List.of()));
    assertThat(failed.reason()).contains("200 ms (flotilla.mapreduce.task-timeout)");
    assertThat(failed.at()).contains(new RecordPosition(input.toString(), 0));
  }

  @Test
  void anEndlessMapperThatEmitsIsCancelled() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    start(mapping((_, line, context) -> {
      for (long i = 0; i >= 0; i++) {
        context.emit(line, i);
        begun.complete(null);
      }
    }));
    CompletableFuture<TaskOutcome> outcome = runner.orElseThrow().run(mapWork(1, List.of()), _ -> {}).toCompletableFuture();
    begun.join();
    runner.orElseThrow().cancel(mapWork(1, List.of()).id());
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(new TaskOutcome.Cancelled());
  }

  /** A back reference keeps {@link Pattern} from remembering where the group failed before, which would end it soon. */
  @Test
  @Timeout(60)
  void aRegularExpressionThatBacktracksForEverIsCancelledAndLeft() throws Exception {
    Files.writeString(input, "a".repeat(60) + "b\n");
    CompletableFuture<Thread> attempt = new CompletableFuture<>();
    runner = Optional.of(LocalTaskRunner.start(environment(), spec -> {
      attempt.complete(Thread.currentThread());
      return Jobs.builtIn(spec);
    }));
    JobSpec grep = new JobSpec("grep", List.of(input.toString()), folder + "/out", 1,
        new TreeMap<>(Map.of("pattern", "(a+)+\\1c")), Optional.empty());
    TaskWork.MapWork template = mapWork(1, List.of());
    TaskWork.MapWork endless = new TaskWork.MapWork(template.id(), grep, template.split(), 1, List.of(), List.of());
    CompletableFuture<TaskOutcome> outcome = runner.orElseThrow().run(endless, _ -> {}).toCompletableFuture();
    while (!isMatching(attempt.join())) {
      Thread.onSpinWait();
    }
    runner.orElseThrow().cancel(endless.id());
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(new TaskOutcome.Cancelled());
    attempt.join().join();
  }

  @Test
  void progressComesWhileTheJobAdvancesAndNeverFalls() throws Exception {
    CompletableFuture<TaskProgress> seen = new CompletableFuture<>();
    start("task-timeout = 20 s", mapping((_, line, context) -> {
      while (!seen.isDone()) {
        context.emit(line, 1L);
      }
    }));
    CompletableFuture<TaskOutcome> outcome = runner.orElseThrow().run(mapWork(1, List.of()), seen::complete).toCompletableFuture();
    TaskProgress progress = seen.get(20, TimeUnit.SECONDS);
    assertThat(progress.fraction()).isBetween(0.0, 1.0);
    assertThat(progress.counters().get(Counters.MAP_OUTPUT_RECORDS)).isPositive();
    assertThat(progress.at()).contains(new RecordPosition(input.toString(), 0));
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(TaskOutcome.MapDone.class);
  }

  @Test
  void twoAttemptsOfOneReduceTaskLeaveOnePart() throws Exception {
    start(new LineCount());
    run(mapWork(1, List.of()));
    CompletableFuture<TaskOutcome> first = runner.orElseThrow().run(reduceWork(1, List.of()), _ -> {}).toCompletableFuture();
    CompletableFuture<TaskOutcome> second = runner.orElseThrow().run(reduceWork(2, List.of()), _ -> {}).toCompletableFuture();
    assertThat(List.of(first.get(20, TimeUnit.SECONDS), second.get(20, TimeUnit.SECONDS)))
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(TaskOutcome.ReduceDone.class));
    assertThat(Files.readAllLines(part())).containsExactly("one\t1", "three\t1", "two\t2");
    assertThat(folder.resolve("out/_temporary/job")).isEmptyDirectory();
  }

  @Test
  void mapOutputThatIsGoneOrDamagedIsNamed() throws Exception {
    start(new LineCount());
    run(mapWork(1, List.of()));
    Path output = work.mapOutput(mapWork(1, List.of()).id());
    byte[] bytes = Files.readAllBytes(output);
    bytes[12] ^= 4;   // within a key
    Files.write(output, bytes);
    TaskOutcome.MapOutputLost damaged = (TaskOutcome.MapOutputLost) run(reduceWork(1, List.of()));
    assertThat(damaged.lost()).containsExactly(mapWork(1, List.of()).id());
    assertThat(part()).doesNotExist();

    Files.delete(output);
    TaskOutcome.MapOutputLost gone = (TaskOutcome.MapOutputLost) run(reduceWork(2, List.of()));
    assertThat(gone.lost()).containsExactly(mapWork(1, List.of()).id());
    assertThat(gone.reason()).contains("job/m-00000-1");
  }

  @Test
  void ordersPartitionersAndCombinersOfAJobAreUsed() throws Exception {
    start("sort-buffer = 1 KiB\n max-record-size = 100\n merge-factor = 2", new LineCount() {
      @Override
      public KeyOrder order() {
        return KeyOrder.BYTES_DESCENDING;
      }

      @Override
      public Optional<Combiner<String, Long>> combiner() {
        return Optional.of((_, values, out) -> {
          long sum = 0;
          while (values.hasNext()) {
            sum += values.next();
          }
          out.accept(sum);
        });
      }

      @Override
      public Optional<Partitioner<String>> partitioner() {
        return Optional.of((line, reducers) -> line.equals("two") ? reducers - 1 : 0);
      }
    });
    Files.writeString(input, "one\ntwo\nthree\nfour\n".repeat(500));
    TaskOutcome.MapDone mapped = (TaskOutcome.MapDone) run(mapWork(1, List.of()));
    assertThat(mapped.counters().get(Counters.SPILLS)).isGreaterThan(2);
    assertThat(mapped.counters().get(Counters.COMBINE_OUTPUT_RECORDS)).isLessThan(mapped.counters().get(Counters.COMBINE_INPUT_RECORDS));
    TaskOutcome.ReduceDone reduced = (TaskOutcome.ReduceDone) run(reduceWork(1, List.of()));
    assertThat(reduced.counters().get(Counters.REDUCE_INPUT_RECORDS)).isEqualTo(4);
    assertThat(Files.readAllLines(part())).containsExactly("two\t500", "three\t500", "one\t500", "four\t500");
  }

  @Test
  void theEndOfAJobEndsItsAttemptsAndRemovesItsFiles() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CountDownLatch never = new CountDownLatch(1);
    start(mapping((_, line, context) -> {
      context.emit(line, 1L);
      begun.complete(null);
      never.await();
    }));
    CompletableFuture<TaskOutcome> outcome = runner.orElseThrow().run(mapWork(1, List.of()), _ -> {}).toCompletableFuture();
    begun.join();
    runner.orElseThrow().jobEnded("job");
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(new TaskOutcome.Cancelled());
  }

  @Test
  void whatAnEarlierLifeLeftIsRemovedAtTheStart() throws Exception {
    Files.createDirectories(work.root().resolve("old/m-00000-1"));
    Files.writeString(work.root().resolve("old/m-00000-1/output"), "x");
    start(new LineCount());
    assertThat(work.root()).isEmptyDirectory();
  }

  private Path part() {
    return folder.resolve("out/part-r-00000");
  }

  private static LineCount throwingAt(String bad) {
    return mapping((_, line, context) -> {
      if (line.equals(bad)) {
        throw new IllegalStateException("I do not like " + line);
      }
      context.emit(line, 1L);
    });
  }

  private static LineCount mapping(Mapper<Long, String, String, Long> mapper) {
    return new LineCount() {
      @Override
      public Mapper<Long, String, String, Long> mapper() {
        return mapper;
      }
    };
  }

  private static LineCount reducing(Reducer<String, Long, String, Long> reducer) {
    return new LineCount() {
      @Override
      public Reducer<String, Long, String, Long> reducer() {
        return reducer;
      }
    };
  }

  private static boolean isMatching(Thread thread) {
    return Arrays.stream(thread.getStackTrace()).anyMatch(frame -> frame.getClassName().equals(Matcher.class.getName()));
  }

  /** Does not come back within any stack. */
  private static int deeper(int depth) {
    return depth < 0 ? 0 : deeper(depth + 1) + 1;
  }

  private TaskOutcome map(Job<?, ?, ?, ?, ?, ?> job, List<RecordPosition> badRecords) throws Exception {
    start(job);
    return run(mapWork(1, badRecords));
  }

  private void start(Job<?, ?, ?, ?, ?, ?> job) throws IOException {
    start("", job);
  }

  private void start(String settings, Job<?, ?, ?, ?, ?, ?> job) throws IOException {
    Function<JobSpec, Job<?, ?, ?, ?, ?, ?>> loader = _ -> job;
    runner = Optional.of(LocalTaskRunner.start(environment(settings), loader::apply));
  }

  private TaskEnvironment environment(String... settings) {
    return new TaskEnvironment(TestSettings.with(settings), "here", work, Optional.empty());
  }

  private TaskOutcome run(TaskWork task) throws Exception {
    return runner.orElseThrow().run(task, _ -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private TaskWork.MapWork mapWork(long attempt, List<RecordPosition> badRecords) throws IOException {
    long size = Files.exists(input) ? Files.size(input) : 1;
    InputSplit split = new InputSplit(List.of(new InputRange.FileRange(input.toString(), 0, size)), List.of());
    return new TaskWork.MapWork(id(TaskId.Phase.MAP, attempt), spec(), split, 1, List.of(), badRecords);
  }

  private TaskWork.ReduceWork reduceWork(long attempt, List<RecordPosition> badRecords) {
    MapOutput output = new MapOutput(id(TaskId.Phase.MAP, 1), "here", "127.0.0.1", 1);
    return new TaskWork.ReduceWork(id(TaskId.Phase.REDUCE, attempt), spec(), List.of(output), badRecords);
  }

  private JobSpec spec() {
    return new JobSpec("test", List.of(input.toString()), folder + "/out", 1, Collections.emptySortedMap(), Optional.empty());
  }

  private static AttemptId id(TaskId.Phase phase, long attempt) {
    return new AttemptId(new TaskId("job", phase, 0), attempt);
  }
}
