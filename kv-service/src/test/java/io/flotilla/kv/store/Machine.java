package io.flotilla.kv.store;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.Get;
import io.flotilla.kv.KvRequest.KeyWrite;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.KvRequest.Write;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.MalformedException;
import io.flotilla.kv.codec.QueryCodec;
import io.flotilla.kv.codec.ReplyCodec;
import io.flotilla.kv.codec.WriteCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A state machine spoken to in requests and replies rather than bytes. */
final class Machine {
  static final WriteCommand.Bounds BOUNDS = new WriteCommand.Bounds(32, 60_000, 100);
  private static final UUID SESSION = new UUID(1, 1);

  final KvStateMachine machine = new KvStateMachine();
  private long index;
  private long sequence;
  long timeMillis = 1_000_000;

  /** Applies a write under a sequence number of its own. */
  KvReply apply(Write write) {
    long next = sequence++;
    return apply(SESSION, next, next, write);
  }

  KvReply apply(UUID session, long atSequence, long firstOutstanding, Write write) {
    return apply(new WriteCommand(new SessionStamp(session, atSequence), firstOutstanding, BOUNDS, write));
  }

  KvReply apply(WriteCommand command) {
    return decoded(machine.apply(++index, timeMillis, command.encode()));
  }

  KvReply put(String key, String value) {
    return apply(putOf(key, value, Condition.ALWAYS));
  }

  KvReply append(String key, String suffix) {
    return apply(new Append(Key.of(key), bytes(suffix), Condition.ALWAYS));
  }

  KvReply delete(String key) {
    return apply(new Delete(Key.of(key), Condition.ALWAYS));
  }

  KvReply get(String key) {
    return query(new Get(Key.of(key), Consistency.LINEARIZABLE));
  }

  KvReply query(Read read) {
    return decoded(machine.query(QueryCodec.encode(read)));
  }

  byte[] snapshot() {
    return bytesOf(machine.snapshot()::writeTo);
  }

  void restore(byte[] snapshot) throws IOException {
    machine.restore(new ByteArrayInputStream(snapshot));
  }

  static KeyWrite putOf(String key, String value, Condition condition) {
    return new Put(Key.of(key), bytes(value), condition);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static KvReply decoded(byte[] reply) {
    try {
      return ReplyCodec.decode(reply);
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes to a stream; like {@code SnapshotContent}, but able to be a method reference. */
  interface Content {
    void writeTo(ByteArrayOutputStream out) throws IOException;
  }

  static byte[] bytesOf(Content content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
