package io.flotilla.mapreduce.registry;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.wire.WireForms;
import io.flotilla.persistence.kryo.Wire;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Commands, replies and the registry itself as bytes: they stand in logs and snapshots, so each begins with a format version, and a
 * tag, once given, keeps its meaning. Everything that can be read here was written here: anything else is an {@link IOException}.
 */
public final class JobCodec {
  private static final int FORMAT = 1;
  private static final int EXPECTED_BYTES = 512;

  private static final int COORDINATE = 1;
  private static final int CHANGE = 2;

  private static final int SUBMITTED = 1;
  private static final int SPLITS_ADDED = 2;
  private static final int PLAN_COMPLETED = 3;
  private static final int TASK_DONE = 4;
  private static final int ATTEMPT_FAILED = 5;
  private static final int RECORD_SKIPPED = 6;
  private static final int MAPS_LOST = 7;
  private static final int DECIDED = 8;
  private static final int ENDED = 9;

  private static final int ACCEPTED = 1;
  private static final int DEPOSED = 2;
  private static final int MALFORMED = 3;

  private static final int PLANNING = 1;
  private static final int RUNNING = 2;
  private static final int ENDING = 3;
  private static final int OVER = 4;

  private JobCodec() {}

  public static byte[] encode(JobCommand command) {
    return bytes(out -> {
      switch (command) {
        case JobCommand.Coordinate(var coordinator) -> {
          out.writeByte(COORDINATE);
          out.writeString(coordinator);
        }
        case JobCommand.Change(var epoch, var changes) -> {
          out.writeByte(CHANGE);
          out.writeVarLong(epoch, true);
          Wire.writeAll(out, changes, change -> writeChange(out, change));
        }
      }
    });
  }

  public static JobCommand decodeCommand(byte[] bytes) throws IOException {
    return decode(bytes, in -> {
      int tag = in.readByte();
      return switch (tag) {
        case COORDINATE -> new JobCommand.Coordinate(in.readString());
        case CHANGE -> new JobCommand.Change(in.readVarLong(true), Wire.readAll(in, () -> readChange(in)));
        default -> throw WireForms.unknown("job command", tag);
      };
    });
  }

  public static byte[] encode(LogReply reply) {
    return bytes(out -> {
      switch (reply) {
        case LogReply.Accepted(var epoch) -> {
          out.writeByte(ACCEPTED);
          out.writeVarLong(epoch, true);
        }
        case LogReply.Deposed(var epoch) -> {
          out.writeByte(DEPOSED);
          out.writeVarLong(epoch, true);
        }
        case LogReply.Malformed(var detail) -> {
          out.writeByte(MALFORMED);
          out.writeString(detail);
        }
      }
    });
  }

  public static LogReply decodeReply(byte[] bytes) throws IOException {
    return decode(bytes, in -> {
      int tag = in.readByte();
      return switch (tag) {
        case ACCEPTED -> new LogReply.Accepted(in.readVarLong(true));
        case DEPOSED -> new LogReply.Deposed(in.readVarLong(true));
        case MALFORMED -> new LogReply.Malformed(in.readString());
        default -> throw WireForms.unknown("reply", tag);
      };
    });
  }

  public static byte[] encode(JobRegistry registry) {
    return bytes(out -> {
      out.writeVarLong(registry.epoch(), true);
      out.writeString(registry.coordinator());
      out.writeVarLong(registry.lastNumber(), true);
      Wire.writeAll(out, registry.jobs().values(), job -> writeJob(out, job));
    });
  }

  public static JobRegistry decodeRegistry(byte[] bytes) throws IOException {
    return decode(bytes, in -> {
      long epoch = in.readVarLong(true);
      String coordinator = in.readString();
      long lastNumber = in.readVarLong(true);
      SortedMap<Long, JobRecord> jobs = new TreeMap<>();
      Wire.readAll(in, () -> readJob(in)).forEach(job -> jobs.put(job.number(), job));
      return new JobRegistry(epoch, coordinator, lastNumber, jobs);
    });
  }

  /** Bytes that a change takes in a command, roughly. */
  public static int sizeBytes(JobChange change) {
    return bytes(out -> writeChange(out, change)).length;
  }

  private static void writeChange(Output out, JobChange change) {
    switch (change) {
      case JobChange.Submitted(var spec, var requestId, var nowMillis) -> {
        out.writeByte(SUBMITTED);
        WireForms.writeSpec(out, spec);
        out.writeString(requestId);
        out.writeVarLong(nowMillis, true);
      }
      case JobChange.SplitsAdded(var jobId, var first, var splits) -> {
        out.writeByte(SPLITS_ADDED);
        out.writeString(jobId);
        out.writeVarInt(first, true);
        Wire.writeAll(out, splits, split -> WireForms.writeSplit(out, split));
      }
      case JobChange.PlanCompleted(var jobId, var reducers, var boundaries) -> {
        out.writeByte(PLAN_COMPLETED);
        out.writeString(jobId);
        out.writeVarInt(reducers, true);
        WireForms.writeByteArrays(out, boundaries);
      }
      case JobChange.TaskDone(var task, var how, var retries, var backups) -> {
        out.writeByte(TASK_DONE);
        WireForms.writeTask(out, task);
        writeDone(out, how);
        out.writeVarInt(retries, true);
        out.writeVarInt(backups, true);
      }
      case JobChange.AttemptFailed(var attempt, var node, var reason, var at) -> {
        out.writeByte(ATTEMPT_FAILED);
        WireForms.writeAttempt(out, attempt);
        out.writeString(node);
        out.writeString(reason);
        WireForms.writeAt(out, at);
      }
      case JobChange.RecordSkipped(var task, var position) -> {
        out.writeByte(RECORD_SKIPPED);
        WireForms.writeTask(out, task);
        WireForms.writePosition(out, position);
      }
      case JobChange.MapsLost(var attempts, var unreachable) -> {
        out.writeByte(MAPS_LOST);
        WireForms.writeAttempts(out, attempts);
        out.writeBoolean(unreachable);
      }
      case JobChange.Decided(var jobId, var verdict) -> {
        out.writeByte(DECIDED);
        out.writeString(jobId);
        writeVerdict(out, verdict);
      }
      case JobChange.Ended(var jobId, var nowMillis, var remembered) -> {
        out.writeByte(ENDED);
        out.writeString(jobId);
        out.writeVarLong(nowMillis, true);
        out.writeVarInt(remembered, true);
      }
    }
  }

  private static JobChange readChange(Input in) {
    int tag = in.readByte();
    return switch (tag) {
      case SUBMITTED -> new JobChange.Submitted(WireForms.readSpec(in), in.readString(), in.readVarLong(true));
      case SPLITS_ADDED -> new JobChange.SplitsAdded(in.readString(), in.readVarInt(true),
          Wire.readAll(in, () -> WireForms.readSplit(in)));
      case PLAN_COMPLETED -> new JobChange.PlanCompleted(in.readString(), in.readVarInt(true), WireForms.readByteArrays(in));
      case TASK_DONE -> new JobChange.TaskDone(WireForms.readTask(in), readDone(in), in.readVarInt(true), in.readVarInt(true));
      case ATTEMPT_FAILED -> new JobChange.AttemptFailed(WireForms.readAttempt(in), in.readString(), in.readString(),
          WireForms.readAt(in));
      case RECORD_SKIPPED -> new JobChange.RecordSkipped(WireForms.readTask(in), WireForms.readPosition(in));
      case MAPS_LOST -> new JobChange.MapsLost(WireForms.readAttempts(in), in.readBoolean());
      case DECIDED -> new JobChange.Decided(in.readString(), readVerdict(in));
      case ENDED -> new JobChange.Ended(in.readString(), in.readVarLong(true), in.readVarInt(true));
      default -> throw WireForms.unknown("change of a job", tag);
    };
  }

  private static void writeJob(Output out, JobRecord job) {
    out.writeVarLong(job.number(), true);
    out.writeString(job.requestId());
    WireForms.writeSpec(out, job.spec());
    out.writeVarLong(job.submittedMillis(), true);
    switch (job.stage()) {
      case Stage.Planning(var splits) -> {
        out.writeByte(PLANNING);
        Wire.writeAll(out, splits, split -> WireForms.writeSplit(out, split));
      }
      case Stage.Running(var plan, var map, var reduce) -> {
        out.writeByte(RUNNING);
        Wire.writeAll(out, plan.splits(), split -> WireForms.writeSplit(out, split));
        out.writeVarInt(plan.reducers(), true);
        WireForms.writeByteArrays(out, plan.boundaries());
        writePhase(out, map);
        writePhase(out, reduce);
      }
      case Stage.Ending(var verdict, var map, var reduce) -> {
        out.writeByte(ENDING);
        writeVerdict(out, verdict);
        writeSummary(out, map);
        writeSummary(out, reduce);
      }
      case Stage.Ended(var verdict, var map, var reduce, var endedMillis) -> {
        out.writeByte(OVER);
        writeVerdict(out, verdict);
        writeSummary(out, map);
        writeSummary(out, reduce);
        out.writeVarLong(endedMillis, true);
      }
    }
  }

  private static JobRecord readJob(Input in) {
    return new JobRecord(in.readVarLong(true), in.readString(), WireForms.readSpec(in), in.readVarLong(true), readStage(in));
  }

  private static Stage readStage(Input in) {
    int tag = in.readByte();
    return switch (tag) {
      case PLANNING -> new Stage.Planning(Wire.readAll(in, () -> WireForms.readSplit(in)));
      case RUNNING -> new Stage.Running(
          new JobPlan(Wire.readAll(in, () -> WireForms.readSplit(in)), in.readVarInt(true), WireForms.readByteArrays(in)),
          readPhase(in), readPhase(in));
      case ENDING -> new Stage.Ending(readVerdict(in), readSummary(in), readSummary(in));
      case OVER -> new Stage.Ended(readVerdict(in), readSummary(in), readSummary(in), in.readVarLong(true));
      default -> throw WireForms.unknown("stage of a job", tag);
    };
  }

  private static void writePhase(Output out, PhaseRecord phase) {
    out.writeVarInt(phase.tasks(), true);
    writeByTask(out, phase.done(), done -> writeDone(out, done));
    writeByTask(out, phase.troubles(), trouble -> writeTrouble(out, trouble));
    out.writeVarInt(phase.retries(), true);
    out.writeVarInt(phase.backups(), true);
  }

  private static PhaseRecord readPhase(Input in) {
    return new PhaseRecord(in.readVarInt(true), readByTask(in, () -> readDone(in)), readByTask(in, () -> readTrouble(in)),
        in.readVarInt(true), in.readVarInt(true));
  }

  private static void writeDone(Output out, DoneTask done) {
    out.writeVarLong(done.attempt(), true);
    WireForms.writeSite(out, done.site());
    out.writeVarLong(done.millis(), true);
    WireForms.writeCounters(out, done.counters());
    WireForms.writeLongs(out, done.segmentBytes());
  }

  private static DoneTask readDone(Input in) {
    return new DoneTask(in.readVarLong(true), WireForms.readSite(in), in.readVarLong(true), WireForms.readCounters(in),
        WireForms.readLongs(in));
  }

  private static void writeTrouble(Output out, Trouble trouble) {
    WireForms.writeLongs(out, List.copyOf(trouble.failedAttempts()));
    out.writeVarInt(trouble.failures(), true);
    Wire.writeAll(out, trouble.failuresAt().entrySet(), failures -> {
      WireForms.writePosition(out, failures.getKey());
      out.writeVarInt(failures.getValue(), true);
    });
    Wire.writeAll(out, trouble.badRecords().entrySet(), bad -> {
      WireForms.writePosition(out, bad.getKey());
      out.writeString(bad.getValue());
    });
    out.writeVarInt(trouble.losses(), true);
    out.writeString(trouble.lastNode());
    out.writeString(trouble.lastReason());
    WireForms.writeAt(out, trouble.lastAt());
  }

  private static Trouble readTrouble(Input in) {
    TreeSet<Long> failed = new TreeSet<>(WireForms.readLongs(in));
    int failures = in.readVarInt(true);
    TreeMap<RecordPosition, Integer> failuresAt = new TreeMap<>();
    for (int left = Wire.readCount(in); left > 0; left--) {
      failuresAt.put(WireForms.readPosition(in), in.readVarInt(true));
    }
    TreeMap<RecordPosition, String> badRecords = new TreeMap<>();
    for (int left = Wire.readCount(in); left > 0; left--) {
      badRecords.put(WireForms.readPosition(in), in.readString());
    }
    return new Trouble(failed, failures, failuresAt, badRecords, in.readVarInt(true), in.readString(), in.readString(),
        WireForms.readAt(in));
  }

  private static void writeVerdict(Output out, Verdict verdict) {
    WireForms.writeEnum(out, verdict.state());
    Wire.writeOptional(out, verdict.failure(), out::writeString);
    Wire.writeOptional(out, verdict.refusal(), reason -> WireForms.writeEnum(out, reason));
  }

  private static Verdict readVerdict(Input in) {
    return new Verdict(WireForms.readEnum(in, JobStatus.State.class), Wire.readOptional(in, in::readString),
        Wire.readOptional(in, () -> WireForms.readEnum(in, JobRefusedException.Reason.class)));
  }

  private static void writeSummary(Output out, PhaseSummary summary) {
    out.writeVarInt(summary.tasks(), true);
    out.writeVarInt(summary.done(), true);
    out.writeVarInt(summary.retries(), true);
    out.writeVarInt(summary.backups(), true);
    WireForms.writeCounters(out, summary.counters());
    Wire.writeAll(out, summary.slowest(), slow -> {
      out.writeString(slow.task());
      out.writeString(slow.node());
      out.writeVarLong(slow.millis(), true);
      out.writeVarLong(slow.medianMillis(), true);
    });
    WireForms.writeBadRecords(out, summary.badRecords());
  }

  private static PhaseSummary readSummary(Input in) {
    return new PhaseSummary(in.readVarInt(true), in.readVarInt(true), in.readVarInt(true), in.readVarInt(true),
        WireForms.readCounters(in), Wire.readAll(in, () ->
            new SlowTask(in.readString(), in.readString(), in.readVarLong(true), in.readVarLong(true))),
        WireForms.readBadRecords(in));
  }

  private static <V> void writeByTask(Output out, SortedMap<Integer, V> byTask, Consumer<V> value) {
    Wire.writeAll(out, byTask.entrySet(), entry -> {
      out.writeVarInt(entry.getKey(), true);
      value.accept(entry.getValue());
    });
  }

  private static <V> SortedMap<Integer, V> readByTask(Input in, Supplier<V> value) {
    SortedMap<Integer, V> byTask = new TreeMap<>();
    for (int left = Wire.readCount(in); left > 0; left--) {
      byTask.put(in.readVarInt(true), value.get());
    }
    return byTask;
  }

  private static byte[] bytes(Consumer<Output> content) {
    Output out = new Output(EXPECTED_BYTES, -1);
    out.writeByte(FORMAT);
    content.accept(out);
    return out.toBytes();
  }

  /** Whatever is thrown while reading comes from the bytes: a count that is too large, a plan that breaks its own laws. */
  private static <T> T decode(byte[] bytes, Function<Input, T> content) throws IOException {
    try {
      Input in = new Input(bytes);
      int format = in.readByte();
      if (format != FORMAT) {
        throw new IOException("job registry format %d; this version reads %d".formatted(format, FORMAT));
      }
      return content.apply(in);
    } catch (KryoException | IllegalStateException | NullPointerException malformed) {
      throw new IOException("not a form of the job registry: " + malformed.getMessage(), malformed);
    }
  }
}
