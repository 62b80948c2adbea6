package io.flotilla.kv.codec;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Batch;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.KeyWrite;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.SessionStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A write as it stands in the log, with everything that applying it depends on. What an operator may configure differently on
 * each node travels along: a limit looked up where the command is applied would let replicas differ.
 *
 * @param stamp makes it recognisable when it comes again
 * @param firstOutstanding the lowest sequence number of the session whose answer has not arrived: answers to those before it
 *     may be forgotten (thesis §6.3); at most the stamp's own
 * @param bounds as configured where it was proposed
 */
public record WriteCommand(SessionStamp stamp, long firstOutstanding, Bounds bounds, KvRequest.Write write) {
  private static final int FORMAT_VERSION = 1;
  private static final int PUT = 1;
  private static final int APPEND = 2;
  private static final int DELETE = 3;
  private static final int BATCH = 4;
  private static final int ALWAYS = 0;
  private static final int VERSION_IS = 1;
  private static final int REVISION_IS = 2;
  private static final int ABSENT = 3;
  private static final int FIXED_PART_BYTES = 64; // Enough for all but keys and values, so that a writer seldom grows.
  private static final int FIXED_PART_OF_KEY_WRITE_BYTES = 24;

  /**
   * Bounds that apply when the command is applied.
   *
   * @param maxValueBytes of a value, also of one that grew by appends
   * @param sessionTimeoutMillis replicated time after which an unused session is forgotten
   * @param maxSessions beyond it, the session unused for longest is forgotten
   */
  public record Bounds(long maxValueBytes, long sessionTimeoutMillis, int maxSessions) {}

  public byte[] encode() {
    ByteWriter out = new ByteWriter(FIXED_PART_BYTES + payloadBytes(write));
    out.writeByte(FORMAT_VERSION)
        .writeLong(stamp.sessionId().getMostSignificantBits())
        .writeLong(stamp.sessionId().getLeastSignificantBits())
        .writeVarLong(stamp.sequence())
        .writeVarLong(stamp.sequence() - firstOutstanding)
        .writeVarLong(bounds.maxValueBytes)
        .writeVarLong(bounds.sessionTimeoutMillis)
        .writeVarLong(bounds.maxSessions);
    switch (write) {
      case KeyWrite single -> encode(out, single);
      case Batch batch -> {
        out.writeByte(BATCH).writeVarLong(batch.writes().size());
        batch.writes().forEach(each -> encode(out, each));
      }
    }
    return out.toByteArray();
  }

  /**
   * Reads a command.
   *
   * @throws MalformedException it is none, or one that no state could make good
   */
  public static WriteCommand decode(byte[] bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.readByte();
    if (version != FORMAT_VERSION) {
      throw new MalformedException("a command's format version is %d, this one's %d".formatted(FORMAT_VERSION, version));
    }
    UUID sessionId = new UUID(in.readLong(), in.readLong());
    long sequence = in.readVarLong();
    long firstOutstanding = sequence - in.readVarLong();
    if (sequence < 0 || firstOutstanding < 0 || firstOutstanding > sequence) {
      throw new MalformedException("sequence %d cannot be with %d outstanding".formatted(sequence, firstOutstanding));
    }
    Bounds bounds = new Bounds(in.readVarLong(), in.readVarLong(), in.readVarInt());
    int kind = in.readByte();
    KvRequest.Write write = kind == BATCH ? decodeBatch(in) : decodeKeyWrite(in, kind);
    in.expectEnd();
    return new WriteCommand(new SessionStamp(sessionId, sequence), firstOutstanding, bounds, write);
  }

  /** The bytes of keys and values and a bound of what goes with them. */
  private static int payloadBytes(KvRequest.Write write) {
    return switch (write) {
      case Put put -> FIXED_PART_OF_KEY_WRITE_BYTES + put.key().utf8().length + put.value().length;
      case Append append -> FIXED_PART_OF_KEY_WRITE_BYTES + append.key().utf8().length + append.suffix().length;
      case Delete delete -> FIXED_PART_OF_KEY_WRITE_BYTES + delete.key().utf8().length;
      case Batch batch -> batch.writes().stream().mapToInt(WriteCommand::payloadBytes).sum();
    };
  }

  private static void encode(ByteWriter out, KeyWrite write) {
    switch (write) {
      case Put put -> header(out, PUT, put).writeBytes(put.value());
      case Append append -> header(out, APPEND, append).writeBytes(append.suffix());
      case Delete delete -> header(out, DELETE, delete);
    }
  }

  private static ByteWriter header(ByteWriter out, int kind, KeyWrite write) {
    out.writeByte(kind);
    switch (write.condition()) {
      case Condition.Always _ -> out.writeByte(ALWAYS);
      case Condition.VersionIs(long version) -> out.writeByte(VERSION_IS).writeVarLong(version);
      case Condition.RevisionIs(long revision) -> out.writeByte(REVISION_IS).writeVarLong(revision);
      case Condition.Absent _ -> out.writeByte(ABSENT);
    }
    return out.writeBytes(write.key().utf8());
  }

  private static Batch decodeBatch(ByteReader in) throws MalformedException {
    int count = in.readVarInt();
    if (count < 1 || count > KvLimits.MAX_BATCH_WRITES) {
      throw new MalformedException("a batch has 1 to %d writes, this one %d".formatted(KvLimits.MAX_BATCH_WRITES, count));
    }
    List<KeyWrite> writes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      writes.add(decodeKeyWrite(in, in.readByte()));
    }
    return new Batch(writes);
  }

  private static KeyWrite decodeKeyWrite(ByteReader in, int kind) throws MalformedException {
    Condition condition = decodeCondition(in);
    Key key = decodeKey(in);
    return switch (kind) {
      case PUT -> new Put(key, in.readBytes(), condition);
      case APPEND -> new Append(key, in.readBytes(), condition);
      case DELETE -> new Delete(key, condition);
      default -> throw new MalformedException("there is no write of kind " + kind);
    };
  }

  private static Condition decodeCondition(ByteReader in) throws MalformedException {
    int kind = in.readByte();
    return switch (kind) {
      case ALWAYS -> Condition.ALWAYS;
      case VERSION_IS -> new Condition.VersionIs(in.readVarLong());
      case REVISION_IS -> new Condition.RevisionIs(in.readVarLong());
      case ABSENT -> new Condition.Absent();
      default -> throw new MalformedException("there is no condition of kind " + kind);
    };
  }

  static Key decodeKey(ByteReader in) throws MalformedException {
    byte[] utf8 = in.readBytes();
    if (utf8.length < KvLimits.MIN_KEY_BYTES || utf8.length > KvLimits.MAX_KEY_BYTES) {
      throw new MalformedException("a key has %d to %d bytes of UTF-8, this one %d"
          .formatted(KvLimits.MIN_KEY_BYTES, KvLimits.MAX_KEY_BYTES, utf8.length));
    }
    return Key.ofUtf8(utf8);
  }
}
