package io.flotilla.mapreduce.registry;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.machine.SectionedStateMachine;
import io.flotilla.raft.machine.StateMachine;
import java.io.IOException;
import java.io.InputStream;

/** The job registry as a replicated state machine: a section of the group {@code meta}. A query's answer is the whole registry. */
public final class JobsStateMachine implements StateMachine {
  /** What marks commands and queries as this section's. */
  public static final byte TAG = -2;

  /** Rough costs in memory. */
  private static final long JOB_BYTES = 4096;
  private static final long TASK_BYTES = 512;

  private JobRegistry registry = JobRegistry.EMPTY;

  /** A command for the log of the group. */
  public static byte[] command(JobCommand command) {
    return SectionedStateMachine.tagged(TAG, JobCodec.encode(command));
  }

  /** The query that is answered by the registry, see {@link JobCodec#decodeRegistry}. */
  public static byte[] query() {
    return new byte[] {TAG};
  }

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    JobCommand decoded;
    try {
      decoded = JobCodec.decodeCommand(command);
    } catch (IOException malformed) {
      return JobCodec.encode(new LogReply.Malformed(malformed.getMessage()));
    }
    JobRegistry.Outcome outcome = registry.apply(decoded);
    registry = outcome.next();
    return JobCodec.encode(outcome.reply());
  }

  @Override
  public byte[] query(byte[] query) {
    return JobCodec.encode(registry);
  }

  @Override
  public SnapshotContent snapshot() {
    JobRegistry frozen = registry;
    return out -> out.write(JobCodec.encode(frozen));
  }

  @Override
  public void restore(InputStream content) throws IOException {
    registry = JobCodec.decodeRegistry(content.readAllBytes());
  }

  @Override
  public long sizeBytes() {
    return registry.jobs().values().stream().mapToLong(job -> JOB_BYTES + TASK_BYTES * tasks(job.stage())).sum();
  }

  private static long tasks(Stage stage) {
    return switch (stage) {
      case Stage.Planning(var splits) -> splits.size();
      case Stage.Running(_, var map, var reduce) -> map.tasks() + reduce.tasks();
      case Stage.Ending _, Stage.Ended _ -> 0;
    };
  }
}
