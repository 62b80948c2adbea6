package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Reducer;
import io.flotilla.mapreduce.api.TaskContext;
import io.flotilla.mapreduce.output.RecordOutput;
import io.flotilla.mapreduce.shuffle.FetchedSegment;
import io.flotilla.mapreduce.shuffle.Shuffle;
import io.flotilla.mapreduce.sort.CorruptSegmentException;
import io.flotilla.mapreduce.sort.Groups;
import io.flotilla.mapreduce.sort.KeyBytes;
import io.flotilla.mapreduce.sort.MergeCursor;
import io.flotilla.mapreduce.sort.RecordCursor;
import io.flotilla.mapreduce.sort.SegmentFile;
import io.flotilla.mapreduce.sort.SegmentFileWriter;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** One attempt of a reduce task (§3.1 of the paper, steps 5 and 6): fetch, merge, reduce, commit. */
final class ReduceTask<K2, V2, K3, V3> implements AttemptControl.Source {
  private static final double FETCHED = 0.3;

  private final TaskEnvironment environment;
  private final Job<?, ?, K2, V2, K3, V3> job;
  private final TaskWork.ReduceWork work;
  private final AttemptControl control;
  private final CounterSums counters = new CounterSums();
  private final Set<RecordPosition> badRecords;
  private final KeyBytes order;
  private final Path scratch;
  private final Shuffle shuffle;
  private Optional<Groups<K2, V2>> groups = Optional.empty();
  private Optional<RecordOutput<K3, V3>> output = Optional.empty();
  private boolean hasKey;
  private int merges;
  private long totalRecords;
  private long inputGroups;
  private long outputRecords;

  ReduceTask(TaskEnvironment environment, Job<?, ?, K2, V2, K3, V3> job, TaskWork.ReduceWork work, AttemptControl control)
      throws IOException {
    this.environment = environment;
    this.job = job;
    this.work = work;
    this.control = control;
    this.badRecords = new HashSet<>(work.badRecords());
    this.order = new KeyBytes(job.order());
    this.scratch = environment.folder().scratch(work.id());
    this.shuffle = new Shuffle(environment.settings().shuffle(), environment.folder(), environment.node(),
        work.id().task().number(), scratch);
  }

  TaskOutcome run() throws IOException, InterruptedException, JobFailedException {
    control.begin(this);
    try (shuffle) {
      shuffle.fetch(work.mapOutputs(), control::beat);
      if (!shuffle.lost().isEmpty()) {
        return new TaskOutcome.MapOutputLost(attempts(output -> shuffle.lost().containsKey(output.attempt().task().number())),
            String.join("; ", shuffle.lost().values()));
      }
      return reduceSegments();
    }
  }

  private TaskOutcome reduceSegments() throws IOException, JobFailedException {
    List<FetchedSegment> segments = new ArrayList<>(shuffle.segments());
    segments.removeIf(segment -> segment.records() == 0);
    totalRecords = segments.stream().mapToLong(FetchedSegment::records).sum();
    try {
      reduce(open(mergedDown(segments)));
    } catch (UncheckedIOException e) {
      return lostOrRethrown(e.getCause());
    } catch (IOException e) {
      return lostOrRethrown(e);
    }
    return new TaskOutcome.ReduceDone(counters());
  }

  /** A segment of this node's own is checked only while it is read, and which one was bad is not known any more: all of them go. */
  private TaskOutcome lostOrRethrown(IOException e) throws IOException {
    if (!(e instanceof CorruptSegmentException)) {
      throw e;
    }
    List<AttemptId> local = attempts(output -> output.node().equals(environment.node()));
    if (local.isEmpty()) {
      throw e;
    }
    return new TaskOutcome.MapOutputLost(local, e.getMessage());
  }

  private List<AttemptId> attempts(Predicate<MapOutput> which) {
    return work.mapOutputs().stream().filter(which).map(MapOutput::attempt).toList();
  }

  /** Merges the smallest segments into larger ones until the rest can be merged at once. */
  private List<FetchedSegment> mergedDown(List<FetchedSegment> segments) throws IOException {
    int factor = environment.settings().mergeFactor();
    List<FetchedSegment> left = new ArrayList<>(segments);
    while (left.size() > factor) {
      left.sort(Comparator.comparingLong(FetchedSegment::lengthBytes));
      List<FetchedSegment> smallest = left.subList(0, Math.min(factor, left.size() - factor + 1));
      FetchedSegment merged = merge(smallest);
      smallest.clear();
      left.add(merged);
    }
    return left;
  }

  private FetchedSegment merge(List<FetchedSegment> segments) throws IOException {
    Path path = scratch.resolve("merged-" + merges++);
    counters.add(Counters.SPILLS, 1);
    try (RecordCursor records = open(segments); SegmentFileWriter writer = new SegmentFileWriter(path)) {
      while (records.next()) {
        writer.append(records);
        control.beat();
      }
      writer.endSegment();
      SegmentFile file = writer.finish();
      counters.add(Counters.SPILLED_RECORDS, file.segments().getFirst().records());
      for (FetchedSegment segment : segments) {
        if (segment instanceof FetchedSegment.InFile fetched && fetched.path().startsWith(scratch)) {
          Files.delete(fetched.path());
        }
      }
      return new FetchedSegment.InFile(path, file.segments().getFirst());
    }
  }

  private RecordCursor open(List<FetchedSegment> segments) throws IOException {
    List<RecordCursor> cursors = new ArrayList<>();
    for (FetchedSegment segment : segments) {
      cursors.add(segment.open());
    }
    return new MergeCursor(order, cursors);
  }

  private void reduce(RecordCursor merged) throws IOException, JobFailedException {
    try (merged;
        RecordOutput<K3, V3> written = RecordOutput.open(job.output(), work.spec().output(), work.id(), environment.store())) {
      output = Optional.of(written);
      Groups<K2, V2> found = new Groups<>(merged, order, job.keys(), job.values());
      groups = Optional.of(found);
      reduceAll(found, written);
      written.commit();
    }
  }

  private void reduceAll(Groups<K2, V2> found, RecordOutput<K3, V3> written) throws IOException, JobFailedException {
    Reducer<K2, V2, K3, V3> reducer = job.reducer();
    Context context = new Context(written);
    while (found.next()) {
      hasKey = true;
      control.beat();
      inputGroups++;
      if (!badRecords.isEmpty() && badRecords.contains(positionOf(found))) {
        counters.add(Counters.SKIPPED_RECORDS, 1);
      } else {
        call(() -> reducer.reduce(found.key(), found.values(), context));
      }
    }
    hasKey = false;
    call(() -> reducer.finish(context));
  }

  /** A piece of the job's code. */
  private interface JobCode {
    void run() throws Exception;
  }

  private void call(JobCode code) throws IOException, JobFailedException {
    try {
      code.run();
    } catch (OutputException e) {
      throw e.getCause();
    } catch (AttemptCancelledException e) {
      throw e;
    } catch (Throwable e) {   // whatever it is, a stack overflow too, it is this key's
      if (e instanceof UncheckedIOException io && io.getCause() instanceof CorruptSegmentException corrupt) {
        throw corrupt;
      }
      throw new JobFailedException(e, position());
    }
  }

  @Override
  public double fraction() {
    double fetched = work.mapOutputs().isEmpty() ? 1 : (double) shuffle.fetchedCount() / work.mapOutputs().size();
    double reduced = totalRecords == 0 ? 0 : (double) groups.map(Groups::records).orElse(0L) / totalRecords;
    return FETCHED * fetched + (1 - FETCHED) * reduced;
  }

  @Override
  public Counters counters() {
    counters.set(Counters.SHUFFLE_BYTES, shuffle.remoteBytes());
    counters.set(Counters.REDUCE_INPUT_GROUPS, inputGroups);
    counters.set(Counters.REDUCE_INPUT_RECORDS, groups.map(Groups::records).orElse(0L));
    counters.set(Counters.REDUCE_OUTPUT_RECORDS, outputRecords);
    counters.set(Counters.REDUCE_OUTPUT_BYTES, output.map(RecordOutput::bytesWritten).orElse(0L));
    return counters.snapshot();
  }

  @Override
  public Optional<RecordPosition> position() {
    return hasKey ? groups.map(this::positionOf) : Optional.empty();
  }

  private RecordPosition positionOf(Groups<K2, V2> found) {
    K2 key = found.key();
    return new RecordPosition(key instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(key), 0);
  }

  /** What the reducer sees. */
  private final class Context implements TaskContext<K3, V3> {
    private final RecordOutput<K3, V3> written;

    Context(RecordOutput<K3, V3> written) {
      this.written = written;
    }

    @Override
    public void emit(K3 key, V3 value) {
      control.beat();
      try {
        written.write(key, value);
      } catch (IOException e) {
        throw new OutputException(e);
      }
      outputRecords++;
    }

    @Override
    public void count(String name, long delta) {
      counters.add(name, delta);
    }
  }
}
