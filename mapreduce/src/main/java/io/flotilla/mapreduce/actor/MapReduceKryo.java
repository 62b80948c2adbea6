package io.flotilla.mapreduce.actor;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.PhaseStatus;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import io.flotilla.mapreduce.coordinator.WorkerReport;
import io.flotilla.mapreduce.coordinator.WorkerReport.EndedAttempt;
import io.flotilla.mapreduce.coordinator.WorkerReport.RunningAttempt;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import io.flotilla.mapreduce.wire.WireForms;
import io.flotilla.persistence.kryo.KryoModule;
import io.flotilla.persistence.kryo.Wire;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** MapReduce's messages on the wire, ids 500 to 599. What they consist of has its form from {@link WireForms}. */
public final class MapReduceKryo implements KryoModule {
  private static final int MAP = 1;
  private static final int REDUCE = 2;

  private static final int MAP_DONE = 1;
  private static final int REDUCE_DONE = 2;
  private static final int FAILED = 3;
  private static final int MAP_OUTPUT_LOST = 4;
  private static final int CANCELLED = 5;

  @Override
  public void register(Kryo kryo, ExtendedActorSystem system) {
    ActorRefResolver refs = ActorRefResolver.get(Adapter.toTyped(system));
    registerWorkerProtocol(kryo, refs);
    registerCoordinatorProtocol(kryo, refs);
    registerReplies(kryo);
  }

  private static void registerWorkerProtocol(Kryo kryo, ActorRefResolver refs) {
    add(kryo, 500, WorkerProtocol.Announce.class, (out, announce) -> {
      out.writeVarLong(announce.epoch(), true);
      out.writeString(announce.node());
      writeRef(out, refs, announce.coordinator());
    }, in -> new WorkerProtocol.Announce(in.readVarLong(true), in.readString(), readRef(in, refs)));
    add(kryo, 501, WorkerProtocol.Start.class, (out, start) -> {
      out.writeVarLong(start.epoch(), true);
      writeWork(out, start.work());
    }, in -> new WorkerProtocol.Start(in.readVarLong(true), readWork(in)));
    add(kryo, 502, WorkerProtocol.Cancel.class, (out, cancel) -> {
      out.writeVarLong(cancel.epoch(), true);
      WireForms.writeAttempt(out, cancel.attempt());
    }, in -> new WorkerProtocol.Cancel(in.readVarLong(true), WireForms.readAttempt(in)));
    add(kryo, 503, WorkerProtocol.Acknowledge.class, (out, acknowledge) -> {
      out.writeVarLong(acknowledge.epoch(), true);
      WireForms.writeAttempt(out, acknowledge.attempt());
    }, in -> new WorkerProtocol.Acknowledge(in.readVarLong(true), WireForms.readAttempt(in)));
    add(kryo, 504, WorkerProtocol.Forget.class, (out, forget) -> {
      out.writeVarLong(forget.epoch(), true);
      out.writeString(forget.jobId());
    }, in -> new WorkerProtocol.Forget(in.readVarLong(true), in.readString()));
  }

  private static void registerCoordinatorProtocol(Kryo kryo, ActorRefResolver refs) {
    add(kryo, 510, CoordinatorProtocol.Report.class, (out, report) -> writeReport(out, report.report()),
        in -> new CoordinatorProtocol.Report(readReport(in)));
    add(kryo, 511, CoordinatorProtocol.Submit.class, (out, submit) -> {
      WireForms.writeSpec(out, submit.spec());
      out.writeString(submit.requestId());
      writeRef(out, refs, submit.replyTo());
    }, in -> new CoordinatorProtocol.Submit(WireForms.readSpec(in), in.readString(), readRef(in, refs)));
    add(kryo, 512, CoordinatorProtocol.CancelJob.class, (out, cancel) -> {
      out.writeString(cancel.jobId());
      writeRef(out, refs, cancel.replyTo());
    }, in -> new CoordinatorProtocol.CancelJob(in.readString(), readRef(in, refs)));
    add(kryo, 513, CoordinatorProtocol.GetJob.class, (out, get) -> {
      out.writeString(get.jobId());
      writeRef(out, refs, get.replyTo());
    }, in -> new CoordinatorProtocol.GetJob(in.readString(), readRef(in, refs)));
    add(kryo, 514, CoordinatorProtocol.ListJobs.class, (out, list) -> writeRef(out, refs, list.replyTo()),
        in -> new CoordinatorProtocol.ListJobs(readRef(in, refs)));
  }

  private static void registerReplies(Kryo kryo) {
    add(kryo, 520, JobReply.Submitted.class, (out, reply) -> writeStatus(out, reply.job()), in -> new JobReply.Submitted(readStatus(in)));
    add(kryo, 521, JobReply.Found.class, (out, reply) -> writeStatus(out, reply.job()), in -> new JobReply.Found(readStatus(in)));
    add(kryo, 522, JobReply.Listed.class, (out, reply) -> Wire.writeAll(out, reply.jobs(), job -> writeStatus(out, job)),
        in -> new JobReply.Listed(Wire.readAll(in, () -> readStatus(in))));
    add(kryo, 523, JobReply.NotFound.class, (out, reply) -> out.writeString(reply.detail()), in -> new JobReply.NotFound(in.readString()));
    add(kryo, 524, JobReply.Conflict.class, (out, reply) -> out.writeString(reply.detail()), in -> new JobReply.Conflict(in.readString()));
    add(kryo, 525, JobReply.Invalid.class, (out, reply) -> out.writeString(reply.detail()), in -> new JobReply.Invalid(in.readString()));
    add(kryo, 526, JobReply.Unavailable.class, (out, reply) -> out.writeString(reply.detail()),
        in -> new JobReply.Unavailable(in.readString()));
    add(kryo, 527, JobReply.OutcomeUnknown.class, (out, reply) -> out.writeString(reply.detail()),
        in -> new JobReply.OutcomeUnknown(in.readString()));
  }

  private static <T> void add(Kryo kryo, int id, Class<T> type, BiConsumer<Output, T> writer, Function<Input, T> reader) {
    kryo.register(type, Wire.<T>serializer((_, out, value) -> writer.accept(out, value), (_, in) -> reader.apply(in)), id);
  }

  private static void writeRef(Output out, ActorRefResolver refs, ActorRef<?> ref) {
    out.writeString(refs.toSerializationFormat(ref));
  }

  private static <T> ActorRef<T> readRef(Input in, ActorRefResolver refs) {
    return refs.resolveActorRef(in.readString());
  }

  private static void writeReport(Output out, WorkerReport report) {
    WireForms.writeSite(out, report.site());
    out.writeVarLong(report.number(), true);
    out.writeVarInt(report.slots(), true);
    Wire.writeAll(out, report.running(), running -> {
      WireForms.writeAttempt(out, running.id());
      writeProgress(out, running.progress());
      out.writeVarLong(running.elapsedMillis(), true);
    });
    Wire.writeAll(out, report.ended(), ended -> {
      WireForms.writeAttempt(out, ended.id());
      writeOutcome(out, ended.outcome());
      out.writeVarLong(ended.millis(), true);
    });
    Wire.writeAll(out, report.jobs(), out::writeString);
  }

  private static WorkerReport readReport(Input in) {
    return new WorkerReport(WireForms.readSite(in), in.readVarLong(true), in.readVarInt(true),
        Wire.readAll(in, () -> new RunningAttempt(WireForms.readAttempt(in), readProgress(in), in.readVarLong(true))),
        Wire.readAll(in, () -> new EndedAttempt(WireForms.readAttempt(in), readOutcome(in), in.readVarLong(true))),
        new TreeSet<>(Wire.readAll(in, in::readString)));
  }

  private static void writeProgress(Output out, TaskProgress progress) {
    out.writeDouble(progress.fraction());
    WireForms.writeCounters(out, progress.counters());
    WireForms.writeAt(out, progress.at());
  }

  private static TaskProgress readProgress(Input in) {
    return new TaskProgress(in.readDouble(), WireForms.readCounters(in), WireForms.readAt(in));
  }

  private static void writeOutcome(Output out, TaskOutcome outcome) {
    switch (outcome) {
      case TaskOutcome.MapDone(var counters, var segmentBytes) -> {
        out.writeByte(MAP_DONE);
        WireForms.writeCounters(out, counters);
        WireForms.writeLongs(out, segmentBytes);
      }
      case TaskOutcome.ReduceDone(var counters) -> {
        out.writeByte(REDUCE_DONE);
        WireForms.writeCounters(out, counters);
      }
      case TaskOutcome.Failed(var reason, var at, var lasting) -> {
        out.writeByte(FAILED);
        out.writeString(reason);
        WireForms.writeAt(out, at);
        out.writeBoolean(lasting);
      }
      case TaskOutcome.MapOutputLost(var lost, var reason) -> {
        out.writeByte(MAP_OUTPUT_LOST);
        WireForms.writeAttempts(out, lost);
        out.writeString(reason);
      }
      case TaskOutcome.Cancelled _ -> out.writeByte(CANCELLED);
    }
  }

  private static TaskOutcome readOutcome(Input in) {
    int tag = in.readByte();
    return switch (tag) {
      case MAP_DONE -> new TaskOutcome.MapDone(WireForms.readCounters(in), WireForms.readLongs(in));
      case REDUCE_DONE -> new TaskOutcome.ReduceDone(WireForms.readCounters(in));
      case FAILED -> new TaskOutcome.Failed(in.readString(), WireForms.readAt(in), in.readBoolean());
      case MAP_OUTPUT_LOST -> new TaskOutcome.MapOutputLost(WireForms.readAttempts(in), in.readString());
      case CANCELLED -> new TaskOutcome.Cancelled();
      default -> throw WireForms.unknown("outcome of an attempt", tag);
    };
  }

  private static void writeWork(Output out, TaskWork work) {
    switch (work) {
      case TaskWork.MapWork map -> {
        out.writeByte(MAP);
        WireForms.writeAttempt(out, map.id());
        WireForms.writeSpec(out, map.spec());
        WireForms.writeSplit(out, map.split());
        out.writeVarInt(map.reducers(), true);
        WireForms.writeByteArrays(out, map.boundaries());
        WireForms.writePositions(out, map.badRecords());
      }
      case TaskWork.ReduceWork reduce -> {
        out.writeByte(REDUCE);
        WireForms.writeAttempt(out, reduce.id());
        WireForms.writeSpec(out, reduce.spec());
        Wire.writeAll(out, reduce.mapOutputs(), output -> {
          WireForms.writeAttempt(out, output.attempt());
          out.writeString(output.node());
          out.writeString(output.host());
          out.writeVarInt(output.port(), true);
        });
        WireForms.writePositions(out, reduce.badRecords());
      }
    }
  }

  private static TaskWork readWork(Input in) {
    int tag = in.readByte();
    return switch (tag) {
      case MAP -> new TaskWork.MapWork(WireForms.readAttempt(in), WireForms.readSpec(in), WireForms.readSplit(in), in.readVarInt(true),
          WireForms.readByteArrays(in), WireForms.readPositions(in));
      case REDUCE -> new TaskWork.ReduceWork(WireForms.readAttempt(in), WireForms.readSpec(in),
          Wire.readAll(in, () -> new MapOutput(WireForms.readAttempt(in), in.readString(), in.readString(), in.readVarInt(true))),
          WireForms.readPositions(in));
      default -> throw WireForms.unknown("work", tag);
    };
  }

  private static void writeStatus(Output out, JobStatus job) {
    out.writeString(job.id());
    WireForms.writeSpec(out, job.spec());
    WireForms.writeEnum(out, job.state());
    Wire.writeOptional(out, job.coordinator(), out::writeString);
    out.writeVarLong(job.submittedMillis(), true);
    Wire.writeOptional(out, job.endedMillis(), millis -> out.writeVarLong(millis, true));
    writePhase(out, job.map());
    writePhase(out, job.reduce());
    WireForms.writeCounters(out, job.counters());
    Wire.writeOptional(out, job.failure(), out::writeString);
    Wire.writeAll(out, job.slowest(), task -> {
      out.writeString(task.task());
      out.writeString(task.node());
      out.writeVarLong(task.millis(), true);
      out.writeVarLong(task.medianMillis(), true);
    });
    WireForms.writeBadRecords(out, job.badRecords());
  }

  private static JobStatus readStatus(Input in) {
    return new JobStatus(in.readString(), WireForms.readSpec(in), WireForms.readEnum(in, JobStatus.State.class),
        Wire.readOptional(in, in::readString), in.readVarLong(true), Wire.readOptional(in, () -> in.readVarLong(true)), readPhase(in),
        readPhase(in), WireForms.readCounters(in), Wire.readOptional(in, in::readString),
        Wire.readAll(in, () -> new SlowTask(in.readString(), in.readString(), in.readVarLong(true), in.readVarLong(true))),
        WireForms.readBadRecords(in));
  }

  private static void writePhase(Output out, PhaseStatus phase) {
    out.writeVarInt(phase.tasks(), true);
    out.writeVarInt(phase.idle(), true);
    out.writeVarInt(phase.inProgress(), true);
    out.writeVarInt(phase.done(), true);
    out.writeDouble(phase.fraction());
    out.writeVarInt(phase.retries(), true);
    out.writeVarInt(phase.backups(), true);
  }

  private static PhaseStatus readPhase(Input in) {
    return new PhaseStatus(in.readVarInt(true), in.readVarInt(true), in.readVarInt(true), in.readVarInt(true), in.readDouble(),
        in.readVarInt(true), in.readVarInt(true));
  }
}
