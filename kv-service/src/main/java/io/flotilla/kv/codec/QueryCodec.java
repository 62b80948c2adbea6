package io.flotilla.kv.codec;

import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.KvRequest.Get;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.KvRequest.Scan;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads as bytes. They rest nowhere: only nodes of one cluster, and its clients, have to agree on this form. It says nothing of
 * consistency, which is settled before a state machine sees a query: what was read back is for the state as it stands.
 */
public final class QueryCodec {
  private static final int FORMAT_VERSION = 1;
  private static final int GET = 1;
  private static final int SCAN = 2;
  private static final int HAS_START = 1;
  private static final int HAS_END = 2;
  private static final int HAS_CURSOR = 4;

  private QueryCodec() {}

  public static byte[] encode(Read read) {
    return switch (read) {
      case Get get -> {
        ByteWriter out = new ByteWriter(8 + get.key().utf8().length);
        yield header(out, GET).writeBytes(get.key().utf8()).toByteArray();
      }
      case Scan scan -> encode(scan);
    };
  }

  private static byte[] encode(Scan scan) {
    int parts = (scan.start().isPresent() ? HAS_START : 0) | (scan.end().isPresent() ? HAS_END : 0)
        | (scan.cursor().isPresent() ? HAS_CURSOR : 0);
    ByteWriter out = header(new ByteWriter(64), SCAN).writeBytes(scan.prefix()).writeVarLong(scan.limit()).writeByte(parts);
    scan.start().ifPresent(out::writeBytes);
    scan.end().ifPresent(out::writeBytes);
    scan.cursor().map(cursor -> cursor.getBytes(StandardCharsets.UTF_8)).ifPresent(out::writeBytes);
    return out.toByteArray();
  }

  /**
   * Reads a query; its bounds and its cursor are not yet validated.
   *
   * @throws MalformedException it is none
   */
  public static Read decode(byte[] bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.readByte();
    if (version != FORMAT_VERSION) {
      throw new MalformedException("a query's format version is %d, this one's %d".formatted(FORMAT_VERSION, version));
    }
    int kind = in.readByte();
    Read read = switch (kind) {
      case GET -> new Get(WriteCommand.decodeKey(in), Consistency.STALE);
      case SCAN -> decodeScan(in);
      default -> throw new MalformedException("there is no query of kind " + kind);
    };
    in.expectEnd();
    return read;
  }

  private static Scan decodeScan(ByteReader in) throws MalformedException {
    byte[] prefix = in.readBytes();
    int limit = in.readVarInt();
    int parts = in.readByte();
    Optional<byte[]> start = optional(in, parts & HAS_START);
    Optional<byte[]> end = optional(in, parts & HAS_END);
    Optional<String> cursor = optional(in, parts & HAS_CURSOR).map(text -> new String(text, StandardCharsets.UTF_8));
    return new Scan(prefix, start, end, limit, cursor, Consistency.STALE);
  }

  private static Optional<byte[]> optional(ByteReader in, int present) throws MalformedException {
    return present == 0 ? Optional.empty() : Optional.of(in.readBytes());
  }

  private static ByteWriter header(ByteWriter out, int kind) {
    return out.writeByte(FORMAT_VERSION).writeByte(kind);
  }
}
