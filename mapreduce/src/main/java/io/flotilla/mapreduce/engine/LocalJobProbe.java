package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.api.ByteSink;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.KeyOrder;
import io.flotilla.mapreduce.api.MapContext;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.input.InputAccess;
import io.flotilla.mapreduce.input.RecordReader;
import io.flotilla.mapreduce.store.RecordStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Asks jobs in this JVM. */
public final class LocalJobProbe implements JobProbe {
  private final MapReduceSettings settings;
  private final Optional<RecordStore> store;
  private final TaskExecution.JobLoader loader;

  public LocalJobProbe(MapReduceSettings settings, Optional<RecordStore> store, TaskExecution.JobLoader loader) {
    this.settings = settings;
    this.store = store;
    this.loader = loader;
  }

  @Override
  public Traits traits(JobSpec spec) throws JobRefusedException {
    Job<?, ?, ?, ?, ?, ?> job = loader.load(spec);
    try {
      if (job.totalOrder() && (job.partitioner().isPresent() || !job.order().equals(KeyOrder.BYTES))) {
        throw invalid("job %s wants a total order, which is by bytes and without a partitioner of its own".formatted(spec.job()));
      }
      return new Traits(job.input().cutsFiles(), job.totalOrder());
    } catch (RuntimeException | LinkageError e) {
      throw invalid("job %s fails: %s".formatted(spec.job(), JobFailedException.describe(e)));
    }
  }

  @Override
  public List<byte[]> sampleKeys(JobSpec spec, List<InputRange> ranges, int recordsPerRange) throws JobRefusedException {
    return sample(loader.load(spec), spec, ranges, recordsPerRange);
  }

  private <K1, V1, K2, V2> List<byte[]> sample(Job<K1, V1, K2, V2, ?, ?> job, JobSpec spec, List<InputRange> ranges, int recordsPerRange)
      throws JobRefusedException {
    InputAccess access = new InputAccess(settings.maxRecordBytes(), settings.oversizedRecords(), store);
    List<byte[]> keys = new ArrayList<>();
    for (InputRange range : ranges) {
      try (RecordReader<K1, V1> reader = RecordReader.open(job.input(), List.of(range), access)) {
        Mapper<K1, V1, K2, V2> mapper = job.mapper();
        SampleContext<K1, V1, K2, V2> context = new SampleContext<>(job.keys(), reader, keys);
        for (int i = 0; i < recordsPerRange && reader.next(); i++) {
          mapper.map(reader.key(), reader.value(), context);
        }
      } catch (Exception | LinkageError | StackOverflowError e) {
        throw invalid("job %s cannot be sampled for its total order: %s".formatted(spec.job(), JobFailedException.describe(e)));
      }
    }
    return keys;
  }

  private static JobRefusedException invalid(String message) {
    return new JobRefusedException(JobRefusedException.Reason.INVALID, message);
  }

  /** Keeps keys, drops everything else. */
  private record SampleContext<K1, V1, K2, V2>(Codec<K2> codec, RecordReader<K1, V1> reader, List<byte[]> keys)
      implements MapContext<K2, V2> {
    @Override
    public void emit(K2 key, V2 value) {
      ByteSink sink = new ByteSink();
      codec.encode(key, sink);
      keys.add(Arrays.copyOf(sink.array(), sink.length()));
    }

    @Override
    public void count(String name, long delta) {}

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
