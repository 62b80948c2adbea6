package io.flotilla.mapreduce.child;

import static io.flotilla.mapreduce.child.TaskFormat.readBytes;
import static io.flotilla.mapreduce.child.TaskFormat.readConstant;
import static io.flotilla.mapreduce.child.TaskFormat.readList;
import static io.flotilla.mapreduce.child.TaskFormat.readOptional;
import static io.flotilla.mapreduce.child.TaskFormat.readText;
import static io.flotilla.mapreduce.child.TaskFormat.writeBytes;
import static io.flotilla.mapreduce.child.TaskFormat.writeConstant;
import static io.flotilla.mapreduce.child.TaskFormat.writeList;
import static io.flotilla.mapreduce.child.TaskFormat.writeOptional;
import static io.flotilla.mapreduce.child.TaskFormat.writeText;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Consistency;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/** What tasks ask of the store, and its replies, as bytes. */
final class StoreFormat {
  private StoreFormat() {}

  static void writeRequest(DataOutput out, KvRequest request) throws IOException {
    switch (request) {
      case KvRequest.Get(var key, var consistency) -> {
        out.writeByte(0);
        writeBytes(out, key.utf8());
        writeConstant(out, consistency);
      }
      case KvRequest.Put(var key, var value, var condition) -> {
        out.writeByte(1);
        writeBytes(out, key.utf8());
        writeBytes(out, value);
        writeCondition(out, condition);
      }
      case KvRequest.Delete(var key, var condition) -> {
        out.writeByte(2);
        writeBytes(out, key.utf8());
        writeCondition(out, condition);
      }
      case KvRequest.Scan scan -> {
        out.writeByte(3);
        writeBytes(out, scan.prefix());
        writeOptional(out, scan.start(), TaskFormat::writeBytes);
        writeOptional(out, scan.end(), TaskFormat::writeBytes);
        out.writeInt(scan.limit());
        writeOptional(out, scan.cursor(), TaskFormat::writeText);
        writeConstant(out, scan.consistency());
      }
      case KvRequest.Append _, KvRequest.Batch _ -> throw notForTasks(request);
    }
  }

  static KvRequest readRequest(DataInput in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> new KvRequest.Get(readKey(in), readConstant(in, Consistency.class));
      case 1 -> new KvRequest.Put(readKey(in), readBytes(in), readCondition(in));
      case 2 -> new KvRequest.Delete(readKey(in), readCondition(in));
      case 3 -> new KvRequest.Scan(readBytes(in), readOptional(in, TaskFormat::readBytes), readOptional(in, TaskFormat::readBytes),
          in.readInt(), readOptional(in, TaskFormat::readText), readConstant(in, Consistency.class));
      default -> throw new IOException("there is no request of kind " + kind);
    };
  }

  static void writeReply(DataOutput out, KvReply reply) throws IOException {
    switch (reply) {
      case KvReply.Written(var version, var revision, var lengthBytes) -> writeLongs(out, 0, version, revision, lengthBytes);
      case KvReply.Deleted(var deleted, var revision) -> writeLongs(out, 1, deleted ? 1 : 0, revision);
      case KvReply.Found(var value, var version, var revision) -> {
        writeLongs(out, 2, version, revision);
        writeBytes(out, value);
      }
      case KvReply.NotFound _ -> out.writeByte(3);
      case KvReply.Scanned(var items, var cursor) -> {
        out.writeByte(4);
        writeList(out, items, StoreFormat::writeItem);
        writeOptional(out, cursor, TaskFormat::writeText);
      }
      case KvReply.ConditionFailed(var version, var revision, _) -> writeLongs(out, 5, version, revision);
      case KvReply.Invalid(var detail) -> {
        out.writeByte(6);
        writeText(out, detail);
      }
      case KvReply.TooLarge(var sizeBytes, var maxBytes) -> writeLongs(out, 7, sizeBytes, maxBytes);
      case KvReply.Unavailable(var reason, var retryAfter) -> {
        writeLongs(out, 8, retryAfter.toMillis());
        writeConstant(out, reason);
      }
      case KvReply.OutcomeUnknown _ -> out.writeByte(9);
      case KvReply.BatchApplied _, KvReply.SequenceSuperseded _ -> throw notForTasks(reply);
    }
  }

  static KvReply readReply(DataInput in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> new KvReply.Written(in.readLong(), in.readLong(), in.readLong());
      case 1 -> new KvReply.Deleted(in.readLong() == 1, in.readLong());
      case 2 -> {
        long version = in.readLong();
        long revision = in.readLong();
        yield new KvReply.Found(readBytes(in), version, revision);
      }
      case 3 -> new KvReply.NotFound();
      case 4 -> new KvReply.Scanned(readList(in, StoreFormat::readItem), readOptional(in, TaskFormat::readText));
      case 5 -> new KvReply.ConditionFailed(in.readLong(), in.readLong(), 0);
      case 6 -> new KvReply.Invalid(readText(in));
      case 7 -> new KvReply.TooLarge(in.readLong(), in.readLong());
      case 8 -> {
        Duration retryAfter = Duration.ofMillis(in.readLong());
        yield new KvReply.Unavailable(readConstant(in, KvReply.Reason.class), retryAfter);
      }
      case 9 -> new KvReply.OutcomeUnknown();
      default -> throw new IOException("there is no reply of kind " + kind);
    };
  }

  private static void writeLongs(DataOutput out, int kind, long... numbers) throws IOException {
    out.writeByte(kind);
    for (long number : numbers) {
      out.writeLong(number);
    }
  }

  private static void writeItem(DataOutput out, KvReply.Item item) throws IOException {
    writeBytes(out, item.key().utf8());
    writeBytes(out, item.value());
    out.writeLong(item.version());
    out.writeLong(item.revision());
  }

  private static KvReply.Item readItem(DataInput in) throws IOException {
    return new KvReply.Item(readKey(in), readBytes(in), in.readLong(), in.readLong());
  }

  private static void writeCondition(DataOutput out, Condition condition) throws IOException {
    switch (condition) {
      case Condition.Always _ -> out.writeByte(0);
      case Condition.Absent _ -> out.writeByte(1);
      case Condition.VersionIs(var version) -> writeLongs(out, 2, version);
      case Condition.RevisionIs(var revision) -> writeLongs(out, 3, revision);
    }
  }

  private static Condition readCondition(DataInput in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> Condition.ALWAYS;
      case 1 -> new Condition.Absent();
      case 2 -> new Condition.VersionIs(in.readLong());
      case 3 -> new Condition.RevisionIs(in.readLong());
      default -> throw new IOException("there is no condition of kind " + kind);
    };
  }

  private static Key readKey(DataInput in) throws IOException {
    return Key.ofUtf8(readBytes(in));
  }

  private static IOException notForTasks(Object what) {
    return new IOException("tasks do not ask that of the store: " + what.getClass().getSimpleName());
  }
}
