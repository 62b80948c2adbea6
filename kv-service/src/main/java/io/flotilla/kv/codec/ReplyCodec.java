package io.flotilla.kv.codec;

import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.BatchApplied;
import io.flotilla.kv.KvReply.ConditionFailed;
import io.flotilla.kv.KvReply.Deleted;
import io.flotilla.kv.KvReply.Found;
import io.flotilla.kv.KvReply.Invalid;
import io.flotilla.kv.KvReply.Item;
import io.flotilla.kv.KvReply.NotFound;
import io.flotilla.kv.KvReply.OutcomeUnknown;
import io.flotilla.kv.KvReply.Scanned;
import io.flotilla.kv.KvReply.SequenceSuperseded;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvReply.Unavailable;
import io.flotilla.kv.KvReply.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the state machine answers, as bytes. Sessions keep answers in snapshots, so this form rests on disk as well. */
public final class ReplyCodec {
  private static final int FORMAT_VERSION = 1;
  private static final int WRITTEN = 1;
  private static final int DELETED = 2;
  private static final int BATCH_APPLIED = 3;
  private static final int FOUND = 4;
  private static final int NOT_FOUND = 5;
  private static final int SCANNED = 6;
  private static final int CONDITION_FAILED = 7;
  private static final int INVALID = 8;
  private static final int TOO_LARGE = 9;
  private static final int SEQUENCE_SUPERSEDED = 10;

  private ReplyCodec() {}

  /**
   * The bytes of a state machine's answer.
   *
   * @throws IllegalArgumentException it is one that only a router gives
   */
  public static byte[] encode(KvReply reply) {
    ByteWriter out = new ByteWriter(expectedBytes(reply)).writeByte(FORMAT_VERSION);
    encode(out, reply);
    return out.toByteArray();
  }

  private static int expectedBytes(KvReply reply) {
    return switch (reply) {
      case Found found -> found.value().length + 32;
      case Scanned scanned -> {
        int bytes = 64;
        for (Item item : scanned.items()) {
          bytes += item.key().utf8().length + item.value().length + 32;
        }
        yield bytes;
      }
      case BatchApplied batch -> 8 + 16 * batch.replies().size();
      default -> 32;
    };
  }

  private static void encode(ByteWriter out, KvReply reply) {
    switch (reply) {
      case Written(long version, long revision, long lengthBytes) ->
        out.writeByte(WRITTEN).writeVarLong(version).writeVarLong(revision).writeVarLong(lengthBytes);
      case Deleted(boolean deleted, long revision) -> out.writeByte(DELETED).writeByte(deleted ? 1 : 0).writeVarLong(revision);
      case BatchApplied(List<KvReply> replies) -> {
        out.writeByte(BATCH_APPLIED).writeVarLong(replies.size());
        replies.forEach(each -> encode(out, each));
      }
      case Found(byte[] value, long version, long revision) ->
        out.writeByte(FOUND).writeVarLong(version).writeVarLong(revision).writeBytes(value);
      case NotFound _ -> out.writeByte(NOT_FOUND);
      case Scanned scanned -> encode(out, scanned);
      case ConditionFailed(long version, long revision, int failedWrite) ->
        out.writeByte(CONDITION_FAILED).writeVarLong(version).writeVarLong(revision).writeVarLong(failedWrite);
      case Invalid(String detail) -> out.writeByte(INVALID).writeBytes(detail.getBytes(StandardCharsets.UTF_8));
      case TooLarge(long sizeBytes, long maxBytes) -> out.writeByte(TOO_LARGE).writeVarLong(sizeBytes).writeVarLong(maxBytes);
      case SequenceSuperseded(long latestSequence) -> out.writeByte(SEQUENCE_SUPERSEDED).writeVarLong(latestSequence);
      case Unavailable _, OutcomeUnknown _ -> throw new IllegalArgumentException("no state machine's answer: " + reply);
    }
  }

  private static void encode(ByteWriter out, Scanned scanned) {
    out.writeByte(SCANNED).writeVarLong(scanned.items().size());
    for (Item item : scanned.items()) {
      out.writeBytes(item.key().utf8()).writeBytes(item.value()).writeVarLong(item.version()).writeVarLong(item.revision());
    }
    out.writeByte(scanned.cursor().isPresent() ? 1 : 0);
    scanned.cursor().ifPresent(cursor -> out.writeBytes(cursor.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Reads an answer.
   *
   * @throws MalformedException it is none
   */
  public static KvReply decode(byte[] bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.readByte();
    if (version != FORMAT_VERSION) {
      throw new MalformedException("a reply's format version is %d, this one's %d".formatted(FORMAT_VERSION, version));
    }
    KvReply reply = decode(in);
    in.expectEnd();
    return reply;
  }

  private static KvReply decode(ByteReader in) throws MalformedException {
    int kind = in.readByte();
    return switch (kind) {
      case WRITTEN -> new Written(in.readVarLong(), in.readVarLong(), in.readVarLong());
      case DELETED -> new Deleted(in.readByte() != 0, in.readVarLong());
      case BATCH_APPLIED -> decodeBatch(in);
      case FOUND -> decodeFound(in);
      case NOT_FOUND -> new NotFound();
      case SCANNED -> decodeScanned(in);
      case CONDITION_FAILED -> new ConditionFailed(in.readVarLong(), in.readVarLong(), in.readVarInt());
      case INVALID -> new Invalid(new String(in.readBytes(), StandardCharsets.UTF_8));
      case TOO_LARGE -> new TooLarge(in.readVarLong(), in.readVarLong());
      case SEQUENCE_SUPERSEDED -> new SequenceSuperseded(in.readVarLong());
      default -> throw new MalformedException("there is no reply of kind " + kind);
    };
  }

  private static BatchApplied decodeBatch(ByteReader in) throws MalformedException {
    int count = in.readVarInt();
    List<KvReply> replies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      replies.add(decode(in));
    }
    return new BatchApplied(replies);
  }

  private static Found decodeFound(ByteReader in) throws MalformedException {
    long version = in.readVarLong();
    long revision = in.readVarLong();
    return new Found(in.readBytes(), version, revision);
  }

  private static Scanned decodeScanned(ByteReader in) throws MalformedException {
    int count = in.readVarInt();
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new Item(WriteCommand.decodeKey(in), in.readBytes(), in.readVarLong(), in.readVarLong()));
    }
    boolean more = in.readByte() != 0;
    return new Scanned(items, more ? Optional.of(new String(in.readBytes(), StandardCharsets.UTF_8)) : Optional.empty());
  }
}
