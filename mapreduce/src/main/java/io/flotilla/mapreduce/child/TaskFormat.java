package io.flotilla.mapreduce.child;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputRange.KeyRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Work and outcomes as bytes, by hand: any library for it would stand on the class path of users' jobs, in our version. Both sides
 * are of one build, so there is no version either.
 */
final class TaskFormat {
  private static final int MAX_ELEMENTS = 10_000_000;

  /** Writes one value of a type. */
  interface Writer<T> {
    void write(DataOutput out, T value) throws IOException;
  }

  /** Reads one value of a type. */
  interface Reader<T> {
    T read(DataInput in) throws IOException;
  }

  private TaskFormat() {}

  static void writeWork(DataOutput out, TaskWork work) throws IOException {
    writeAttempt(out, work.id());
    writeSpec(out, work.spec());
    writeList(out, work.badRecords(), TaskFormat::writePosition);
    switch (work) {
      case TaskWork.MapWork map -> {
        out.writeBoolean(true);
        writeSplit(out, map.split());
        out.writeInt(map.reducers());
        writeList(out, map.boundaries(), TaskFormat::writeBytes);
      }
      case TaskWork.ReduceWork reduce -> {
        out.writeBoolean(false);
        writeList(out, reduce.mapOutputs(), TaskFormat::writeMapOutput);
      }
    }
  }

  static TaskWork readWork(DataInput in) throws IOException {
    AttemptId id = readAttempt(in);
    JobSpec spec = readSpec(in);
    List<RecordPosition> badRecords = readList(in, TaskFormat::readPosition);
    return in.readBoolean()
        ? new TaskWork.MapWork(id, spec, readSplit(in), in.readInt(), readList(in, TaskFormat::readBytes), badRecords)
        : new TaskWork.ReduceWork(id, spec, readList(in, TaskFormat::readMapOutput), badRecords);
  }

  static void writeOutcome(DataOutput out, TaskOutcome outcome) throws IOException {
    switch (outcome) {
      case TaskOutcome.MapDone(var counters, var segmentBytes) -> {
        out.writeByte(0);
        writeCounters(out, counters);
        writeList(out, segmentBytes, DataOutput::writeLong);
      }
      case TaskOutcome.ReduceDone(var counters) -> {
        out.writeByte(1);
        writeCounters(out, counters);
      }
      case TaskOutcome.Failed(var reason, var at, var lasting) -> {
        out.writeByte(2);
        writeText(out, reason);
        writeOptional(out, at, TaskFormat::writePosition);
        out.writeBoolean(lasting);
      }
      case TaskOutcome.MapOutputLost(var lost, var reason) -> {
        out.writeByte(3);
        writeList(out, lost, TaskFormat::writeAttempt);
        writeText(out, reason);
      }
      case TaskOutcome.Cancelled _ -> out.writeByte(4);
    }
  }

  static TaskOutcome readOutcome(DataInput in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> new TaskOutcome.MapDone(readCounters(in), readList(in, DataInput::readLong));
      case 1 -> new TaskOutcome.ReduceDone(readCounters(in));
      case 2 -> new TaskOutcome.Failed(readText(in), readOptional(in, TaskFormat::readPosition), in.readBoolean());
      case 3 -> new TaskOutcome.MapOutputLost(readList(in, TaskFormat::readAttempt), readText(in));
      case 4 -> new TaskOutcome.Cancelled();
      default -> throw new IOException("there is no outcome of kind " + kind);
    };
  }

  static void writeProgress(DataOutput out, TaskProgress progress) throws IOException {
    out.writeDouble(progress.fraction());
    writeCounters(out, progress.counters());
    writeOptional(out, progress.at(), TaskFormat::writePosition);
  }

  static TaskProgress readProgress(DataInput in) throws IOException {
    return new TaskProgress(in.readDouble(), readCounters(in), readOptional(in, TaskFormat::readPosition));
  }

  static void writeSpec(DataOutput out, JobSpec spec) throws IOException {
    writeText(out, spec.job());
    writeList(out, spec.input(), TaskFormat::writeText);
    writeText(out, spec.output());
    out.writeInt(spec.reducers());
    writeList(out, List.copyOf(spec.params().entrySet()), (o, parameter) -> {
      writeText(o, parameter.getKey());
      writeText(o, parameter.getValue());
    });
    writeOptional(out, spec.jar(), TaskFormat::writeText);
  }

  static JobSpec readSpec(DataInput in) throws IOException {
    String job = readText(in);
    List<String> input = readList(in, TaskFormat::readText);
    String output = readText(in);
    int reducers = in.readInt();
    SortedMap<String, String> params = new TreeMap<>();
    for (int left = readCount(in); left > 0; left--) {
      params.put(readText(in), readText(in));
    }
    return new JobSpec(job, input, output, reducers, params, readOptional(in, TaskFormat::readText));
  }

  private static void writeSplit(DataOutput out, InputSplit split) throws IOException {
    writeList(out, split.ranges(), TaskFormat::writeRange);
    writeList(out, split.nodes(), TaskFormat::writeText);
  }

  private static InputSplit readSplit(DataInput in) throws IOException {
    return new InputSplit(readList(in, TaskFormat::readRange), readList(in, TaskFormat::readText));
  }

  static void writeRange(DataOutput out, InputRange range) throws IOException {
    switch (range) {
      case FileRange(var path, var firstByte, var lengthBytes) -> {
        out.writeBoolean(true);
        writeText(out, path);
        out.writeLong(firstByte);
        out.writeLong(lengthBytes);
      }
      case KeyRange(var firstKey, var beforeKey) -> {
        out.writeBoolean(false);
        writeText(out, firstKey);
        writeText(out, beforeKey);
      }
    }
  }

  static InputRange readRange(DataInput in) throws IOException {
    return in.readBoolean() ? new FileRange(readText(in), in.readLong(), in.readLong()) : new KeyRange(readText(in), readText(in));
  }

  private static void writeMapOutput(DataOutput out, MapOutput output) throws IOException {
    writeAttempt(out, output.attempt());
    writeText(out, output.node());
    writeText(out, output.host());
    out.writeInt(output.port());
  }

  private static MapOutput readMapOutput(DataInput in) throws IOException {
    return new MapOutput(readAttempt(in), readText(in), readText(in), in.readInt());
  }

  private static void writeAttempt(DataOutput out, AttemptId id) throws IOException {
    writeText(out, id.task().jobId());
    out.writeBoolean(id.task().phase() == TaskId.Phase.MAP);
    out.writeInt(id.task().number());
    out.writeLong(id.attempt());
  }

  private static AttemptId readAttempt(DataInput in) throws IOException {
    String jobId = readText(in);
    TaskId.Phase phase = in.readBoolean() ? TaskId.Phase.MAP : TaskId.Phase.REDUCE;
    return new AttemptId(new TaskId(jobId, phase, in.readInt()), in.readLong());
  }

  private static void writePosition(DataOutput out, RecordPosition position) throws IOException {
    writeText(out, position.source());
    out.writeLong(position.offsetBytes());
  }

  private static RecordPosition readPosition(DataInput in) throws IOException {
    return new RecordPosition(readText(in), in.readLong());
  }

  private static void writeCounters(DataOutput out, Counters counters) throws IOException {
    writeList(out, List.copyOf(counters.values().entrySet()), (o, counter) -> {
      writeText(o, counter.getKey());
      o.writeLong(counter.getValue());
    });
  }

  private static Counters readCounters(DataInput in) throws IOException {
    SortedMap<String, Long> values = new TreeMap<>();
    for (int left = readCount(in); left > 0; left--) {
      values.put(readText(in), in.readLong());
    }
    return new Counters(values);
  }

  static void writeText(DataOutput out, String text) throws IOException {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  static String readText(DataInput in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  /** By name. */
  static void writeConstant(DataOutput out, Enum<?> constant) throws IOException {
    writeText(out, constant.name());
  }

  static <E extends Enum<E>> E readConstant(DataInput in, Class<E> type) throws IOException {
    String name = readText(in);
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new IOException("there is no %s %s".formatted(type.getSimpleName(), name), e);
    }
  }

  static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[readCount(in)];
    in.readFully(bytes);
    return bytes;
  }

  static <T> void writeOptional(DataOutput out, Optional<T> value, Writer<T> writer) throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  static <T> Optional<T> readOptional(DataInput in, Reader<T> reader) throws IOException {
    return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
  }

  static <T> void writeList(DataOutput out, List<T> list, Writer<T> writer) throws IOException {
    out.writeInt(list.size());
    for (T element : list) {
      writer.write(out, element);
    }
  }

  static <T> List<T> readList(DataInput in, Reader<T> reader) throws IOException {
    int count = readCount(in);
    List<T> list = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      list.add(reader.read(in));
    }
    return list;
  }

  private static int readCount(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_ELEMENTS) {
      throw new IOException("%d elements or bytes, allowed are at most %d".formatted(count, MAX_ELEMENTS));
    }
    return count;
  }
}
