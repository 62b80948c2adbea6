package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.MapContext;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.input.InputAccess;
import io.flotilla.mapreduce.input.OversizedRecordException;
import io.flotilla.mapreduce.input.RecordReader;
import io.flotilla.mapreduce.sort.SegmentFile;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One attempt of a map task (§3.1 of the paper, steps 3 and 4). */
final class MapTask<K1, V1, K2, V2> implements AttemptControl.Source {
  private final TaskEnvironment environment;
  private final Job<K1, V1, K2, V2, ?, ?> job;
  private final TaskWork.MapWork work;
  private final AttemptControl control;
  private final CounterSums counters = new CounterSums();
  private final Set<RecordPosition> badRecords;
  private final RecordReader<K1, V1> reader;
  private final MapOutputCollector<K2, V2> collector;
  private final long totalBytes;
  private boolean hasRecord;
  private long inputRecords;
  private long skippedRecords;

  MapTask(TaskEnvironment environment, Job<K1, V1, K2, V2, ?, ?> job, TaskWork.MapWork work, AttemptControl control) throws IOException {
    this.environment = environment;
    this.job = job;
    this.work = work;
    this.control = control;
    this.badRecords = new HashSet<>(work.badRecords());
    this.reader = RecordReader.open(job.input(), work.split().ranges(), new InputAccess(environment.settings().maxRecordBytes(),
        environment.settings().oversizedRecords(), environment.store()));
    this.collector = new MapOutputCollector<>(job, environment, control, counters, environment.folder().scratch(work.id()),
        new PartitionChooser<>(job.partitioner(), work.boundaries(), work.reducers()), work.reducers());
    this.totalBytes = work.split().ranges().stream()
        .mapToLong(range -> range instanceof InputRange.FileRange file ? file.lengthBytes() : 0).sum();
  }

  TaskOutcome run() throws IOException, JobFailedException {
    control.begin(this);
    try (reader) {
      mapAll();
      SegmentFile output = collector.finish(environment.folder().mapOutput(work.id()));
      control.beat();
      return new TaskOutcome.MapDone(counters(), output.segmentBytes());
    }
  }

  private void mapAll() throws IOException, JobFailedException {
    Mapper<K1, V1, K2, V2> mapper = job.mapper();
    Context context = new Context();
    while (next()) {
      hasRecord = true;
      control.beat();
      inputRecords++;
      if (!badRecords.isEmpty() && badRecords.contains(new RecordPosition(reader.source(), reader.offsetBytes()))) {
        skippedRecords++;
      } else {
        map(mapper, context);
      }
    }
    hasRecord = false;
    try {
      mapper.finish(context);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  /** The system's errors say what went wrong, but not in which file. */
  private boolean next() throws IOException {
    try {
      return reader.next();
    } catch (FileSystemException | OversizedRecordException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(reader.source(), e.getMessage()), e);
    }
  }

  private void map(Mapper<K1, V1, K2, V2> mapper, Context context) throws IOException, JobFailedException {
    try {
      mapper.map(reader.key(), reader.value(), context);
    } catch (Throwable e) {   // whatever it is, a stack overflow too, it is this record's
      throw thrown(e);
    }
  }

  private JobFailedException thrown(Throwable e) throws IOException {
    if (e instanceof OutputException output) {
      throw output.getCause();
    }
    if (e instanceof AttemptCancelledException cancelled) {
      throw cancelled;
    }
    return new JobFailedException(e, position());
  }

  /** Reading is nine tenths of the way; sorting what is left is the rest. */
  @Override
  public double fraction() {
    return totalBytes == 0 ? 0 : 0.9 * reader.bytesRead() / totalBytes;
  }

  @Override
  public Counters counters() {
    counters.set(Counters.MAP_INPUT_RECORDS, inputRecords);
    counters.set(Counters.MAP_INPUT_BYTES, reader.bytesRead());
    collector.countTo(counters);
    long skipped = skippedRecords + reader.skippedRecords();
    if (skipped > 0) {
      counters.set(Counters.SKIPPED_RECORDS, skipped);
    }
    if (reader.malformedRecords() > 0) {
      counters.set(Counters.MALFORMED_RECORDS, reader.malformedRecords());
    }
    return counters.snapshot();
  }

  @Override
  public Optional<RecordPosition> position() {
    return hasRecord ? Optional.of(new RecordPosition(reader.source(), reader.offsetBytes())) : Optional.empty();
  }

  /** What the mapper sees. */
  private final class Context implements MapContext<K2, V2> {
    @Override
    public void emit(K2 key, V2 value) {
      control.beat();
      try {
        collector.emit(key, value);
      } catch (IOException e) {
        throw new OutputException(e);
      }
    }

    @Override
    public void count(String name, long delta) {
      counters.add(name, delta);
    }

    @Override
    public String source() {
      return reader.source();
    }

    @Override
    public long offsetBytes() {
      return reader.offsetBytes();
    }
  }
}
