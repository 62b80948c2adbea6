package io.flotilla.mapreduce.shuffle;

import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The shuffle's language. A connection begins with {@link #MAGIC} from the one who asks; then requests and answers take turns. A
 * request: job id (UTF), map task (int), attempt (long), partition (int). An answer: {@link #FOUND}, length (long), records (long),
 * CRC32C (int) and the segment itself; or {@link #GONE} and why (UTF).
 */
final class Wire {
  /** FMSH and the version. */
  static final long MAGIC = 0x464D534800000001L;
  static final byte FOUND = 1;
  static final byte GONE = 0;

  private Wire() {}

  /** Asks for one segment. */
  record Request(AttemptId mapAttempt, int partition) {
    void writeTo(DataOutputStream out) throws IOException {
      out.writeUTF(mapAttempt.task().jobId());
      out.writeInt(mapAttempt.task().number());
      out.writeLong(mapAttempt.attempt());
      out.writeInt(partition);
    }

    static Request readFrom(DataInputStream in) throws IOException {
      TaskId task = new TaskId(in.readUTF(), TaskId.Phase.MAP, in.readInt());
      return new Request(new AttemptId(task, in.readLong()), in.readInt());
    }
  }
}
