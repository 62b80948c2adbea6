package io.flotilla.mapreduce.child;

import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What a node and one of its children say to one another, over the child's standard input and output: a mark, a length, a kind, a
 * body. The mark finds out code that prints where only messages belong.
 */
sealed interface ChildMessage {
  int MARK = 0xF107111A;
  int MAX_BYTES = 256 * 1024 * 1024;

  /** Child: it has started. */
  record Ready() implements ChildMessage {}

  /** Node: carry that out. Answered by {@link Ended}. */
  record Run(TaskWork work) implements ChildMessage {}

  /** Child: the job's code has got further. */
  record Advanced(TaskProgress progress) implements ChildMessage {}

  /** Child: the attempt is over. */
  record Ended(TaskOutcome outcome) implements ChildMessage {}

  /** Node: what is that job like? Answered by {@link TraitsAre} or {@link Refused}. */
  record AskTraits(JobSpec spec) implements ChildMessage {}

  record TraitsAre(JobProbe.Traits traits) implements ChildMessage {}

  /** Node: which keys does that job make of the input? Answered by {@link Sampled} or {@link Refused}. */
  record Sample(JobSpec spec, List<InputRange> ranges, int recordsPerRange) implements ChildMessage {
    public Sample {
      ranges = List.copyOf(ranges);
    }
  }

  record Sampled(List<byte[]> keys) implements ChildMessage {
    public Sampled {
      keys = List.copyOf(keys);
    }
  }

  /** Child: the job is not as it should be. */
  record Refused(JobRefusedException.Reason reason, String message) implements ChildMessage {}

  /** Child: do that with the store. Answered by {@link StoreSays} with the same number, while the child works on. */
  record AskStore(long number, KvRequest request) implements ChildMessage {}

  record StoreSays(long number, KvReply reply) implements ChildMessage {}

  /** Writes one message, and sends it off. */
  static void write(OutputStream out, ChildMessage message) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writeBody(new DataOutputStream(body), message);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(body.size() + 2 * Integer.BYTES);
    DataOutputStream head = new DataOutputStream(frame);
    head.writeInt(MARK);
    head.writeInt(body.size());
    body.writeTo(head);
    frame.writeTo(out);
    out.flush();
  }

  /**
   * Reads the next message.
   *
   * @throws java.io.EOFException the other side is gone
   */
  static ChildMessage read(DataInputStream in) throws IOException {
    int mark = in.readInt();
    int lengthBytes = in.readInt();
    if (mark != MARK || lengthBytes < 1 || lengthBytes > MAX_BYTES) {
      throw new IOException("what came is no message");
    }
    byte[] body = new byte[lengthBytes];
    in.readFully(body);
    return readBody(new DataInputStream(new ByteArrayInputStream(body)));
  }

  private static void writeBody(DataOutputStream out, ChildMessage message) throws IOException {
    switch (message) {
      case Ready _ -> out.writeByte(0);
      case Run(var work) -> {
        out.writeByte(1);
        TaskFormat.writeWork(out, work);
      }
      case Advanced(var progress) -> {
        out.writeByte(2);
        TaskFormat.writeProgress(out, progress);
      }
      case Ended(var outcome) -> {
        out.writeByte(3);
        TaskFormat.writeOutcome(out, outcome);
      }
      case AskTraits(var spec) -> {
        out.writeByte(4);
        TaskFormat.writeSpec(out, spec);
      }
      case TraitsAre(var traits) -> {
        out.writeByte(5);
        out.writeBoolean(traits.cutsFiles());
        out.writeBoolean(traits.totalOrder());
      }
      case Sample(var spec, var ranges, var recordsPerRange) -> {
        out.writeByte(6);
        TaskFormat.writeSpec(out, spec);
        TaskFormat.writeList(out, ranges, TaskFormat::writeRange);
        out.writeInt(recordsPerRange);
      }
      case Sampled(var keys) -> {
        out.writeByte(7);
        TaskFormat.writeList(out, keys, TaskFormat::writeBytes);
      }
      case Refused(var reason, var text) -> {
        out.writeByte(8);
        TaskFormat.writeConstant(out, reason);
        TaskFormat.writeText(out, text);
      }
      case AskStore(var number, var request) -> {
        out.writeByte(9);
        out.writeLong(number);
        StoreFormat.writeRequest(out, request);
      }
      case StoreSays(var number, var reply) -> {
        out.writeByte(10);
        out.writeLong(number);
        StoreFormat.writeReply(out, reply);
      }
    }
  }

  private static ChildMessage readBody(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> new Ready();
      case 1 -> new Run(TaskFormat.readWork(in));
      case 2 -> new Advanced(TaskFormat.readProgress(in));
      case 3 -> new Ended(TaskFormat.readOutcome(in));
      case 4 -> new AskTraits(TaskFormat.readSpec(in));
      case 5 -> new TraitsAre(new JobProbe.Traits(in.readBoolean(), in.readBoolean()));
      case 6 -> new Sample(TaskFormat.readSpec(in), TaskFormat.readList(in, TaskFormat::readRange), in.readInt());
      case 7 -> new Sampled(TaskFormat.readList(in, TaskFormat::readBytes));
      case 8 -> new Refused(TaskFormat.readConstant(in, JobRefusedException.Reason.class), TaskFormat.readText(in));
      case 9 -> new AskStore(in.readLong(), StoreFormat.readRequest(in));
      case 10 -> new StoreSays(in.readLong(), StoreFormat.readReply(in));
      default -> throw new IOException("there is no message of kind " + kind);
    };
  }
}
