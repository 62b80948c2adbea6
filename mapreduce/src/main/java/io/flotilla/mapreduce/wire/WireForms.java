package io.flotilla.mapreduce.wire;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobStatus.BadRecord;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.persistence.kryo.Wire;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Jobs, tasks and what they consist of as bytes: the same forms in messages, in the log and in snapshots. What is in a log stays
 * there, so a form, once released, changes only by a new tag. Reading throws a {@link KryoException} if the
 * bytes are not what was written.
 */
public final class WireForms {
  private static final int FILE_RANGE = 1;
  private static final int KEY_RANGE = 2;

  private WireForms() {}

  public static void writeSpec(Output out, JobSpec spec) {
    out.writeString(spec.job());
    Wire.writeAll(out, spec.input(), out::writeString);
    out.writeString(spec.output());
    out.writeVarInt(spec.reducers(), true);
    Wire.writeAll(out, spec.params().entrySet(), param -> {
      out.writeString(param.getKey());
      out.writeString(param.getValue());
    });
    Wire.writeOptional(out, spec.jar(), out::writeString);
  }

  public static JobSpec readSpec(Input in) {
    String job = in.readString();
    List<String> input = Wire.readAll(in, in::readString);
    String output = in.readString();
    int reducers = in.readVarInt(true);
    SortedMap<String, String> params = new TreeMap<>();
    for (int left = Wire.readCount(in); left > 0; left--) {
      params.put(in.readString(), in.readString());
    }
    return new JobSpec(job, input, output, reducers, params, Wire.readOptional(in, in::readString));
  }

  public static void writeSplit(Output out, InputSplit split) {
    Wire.writeAll(out, split.ranges(), range -> writeRange(out, range));
    Wire.writeAll(out, split.nodes(), out::writeString);
  }

  public static InputSplit readSplit(Input in) {
    List<InputRange> ranges = Wire.readAll(in, () -> readRange(in));
    return new InputSplit(ranges, Wire.readAll(in, in::readString));
  }

  private static void writeRange(Output out, InputRange range) {
    switch (range) {
      case InputRange.FileRange file -> {
        out.writeByte(FILE_RANGE);
        out.writeString(file.path());
        out.writeVarLong(file.firstByte(), true);
        out.writeVarLong(file.lengthBytes(), true);
      }
      case InputRange.KeyRange keys -> {
        out.writeByte(KEY_RANGE);
        out.writeString(keys.firstKey());
        out.writeString(keys.beforeKey());
      }
    }
  }

  private static InputRange readRange(Input in) {
    int tag = in.readByte();
    return switch (tag) {
      case FILE_RANGE -> new InputRange.FileRange(in.readString(), in.readVarLong(true), in.readVarLong(true));
      case KEY_RANGE -> new InputRange.KeyRange(in.readString(), in.readString());
      default -> throw unknown("input range", tag);
    };
  }

  public static void writeCounters(Output out, Counters counters) {
    Wire.writeAll(out, counters.values().entrySet(), counter -> {
      out.writeString(counter.getKey());
      out.writeVarLong(counter.getValue(), false);
    });
  }

  public static Counters readCounters(Input in) {
    SortedMap<String, Long> values = new TreeMap<>();
    for (int left = Wire.readCount(in); left > 0; left--) {
      values.put(in.readString(), in.readVarLong(false));
    }
    return new Counters(values);
  }

  public static void writePosition(Output out, RecordPosition position) {
    out.writeString(position.source());
    out.writeVarLong(position.offsetBytes(), true);
  }

  public static RecordPosition readPosition(Input in) {
    return new RecordPosition(in.readString(), in.readVarLong(true));
  }

  public static void writePositions(Output out, List<RecordPosition> positions) {
    Wire.writeAll(out, positions, position -> writePosition(out, position));
  }

  public static List<RecordPosition> readPositions(Input in) {
    return Wire.readAll(in, () -> readPosition(in));
  }

  public static void writeBadRecords(Output out, List<BadRecord> records) {
    Wire.writeAll(out, records, bad -> {
      out.writeString(bad.task());
      writePosition(out, bad.at());
      out.writeString(bad.reason());
    });
  }

  public static List<BadRecord> readBadRecords(Input in) {
    return Wire.readAll(in, () -> new BadRecord(in.readString(), readPosition(in), in.readString()));
  }

  public static void writeAt(Output out, Optional<RecordPosition> at) {
    Wire.writeOptional(out, at, position -> writePosition(out, position));
  }

  public static Optional<RecordPosition> readAt(Input in) {
    return Wire.readOptional(in, () -> readPosition(in));
  }

  public static void writeTask(Output out, TaskId task) {
    out.writeString(task.jobId());
    writeEnum(out, task.phase());
    out.writeVarInt(task.number(), true);
  }

  public static TaskId readTask(Input in) {
    return new TaskId(in.readString(), readEnum(in, TaskId.Phase.class), in.readVarInt(true));
  }

  public static void writeAttempt(Output out, AttemptId attempt) {
    writeTask(out, attempt.task());
    out.writeVarLong(attempt.attempt(), true);
  }

  public static AttemptId readAttempt(Input in) {
    return new AttemptId(readTask(in), in.readVarLong(true));
  }

  public static void writeAttempts(Output out, List<AttemptId> attempts) {
    Wire.writeAll(out, attempts, attempt -> writeAttempt(out, attempt));
  }

  public static List<AttemptId> readAttempts(Input in) {
    return Wire.readAll(in, () -> readAttempt(in));
  }

  public static void writeSite(Output out, WorkerSite site) {
    out.writeString(site.node());
    out.writeVarLong(site.incarnation(), true);
    out.writeString(site.host());
    out.writeVarInt(site.port(), true);
  }

  public static WorkerSite readSite(Input in) {
    return new WorkerSite(in.readString(), in.readVarLong(true), in.readString(), in.readVarInt(true));
  }

  public static void writeByteArrays(Output out, List<byte[]> arrays) {
    Wire.writeAll(out, arrays, array -> Wire.writeBytes(out, array));
  }

  public static List<byte[]> readByteArrays(Input in) {
    return Wire.readAll(in, () -> Wire.readBytes(in));
  }

  public static void writeLongs(Output out, List<Long> values) {
    Wire.writeAll(out, values, value -> out.writeVarLong(value, true));
  }

  public static List<Long> readLongs(Input in) {
    return Wire.readAll(in, () -> in.readVarLong(true));
  }

  /** By name: constants may come in another order one day. */
  public static void writeEnum(Output out, Enum<?> constant) {
    out.writeString(constant.name());
  }

  public static <E extends Enum<E>> E readEnum(Input in, Class<E> type) {
    try {
      return Enum.valueOf(type, in.readString());
    } catch (IllegalArgumentException unknown) {
      throw new KryoException("no %s has that name".formatted(type.getSimpleName()), unknown);
    }
  }

  /** For a tag that nobody writes. */
  public static KryoException unknown(String what, int tag) {
    return new KryoException("no %s has the tag %d".formatted(what, tag));
  }
}
