package io.flotilla.kv.store;

import io.flotilla.persistence.SnapshotContent;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The whole state as a stream: magic number, format version, the shard (revision, count, records in key order), the sessions (the
 * one unused for longest first), then a CRC-32C of all before it. Numbers are big-endian. Equal states give equal bytes.
 */
final class SnapshotFormat {
  private static final int MAGIC = 0x464B5631; // "FKV1"
  private static final int FORMAT_VERSION = 1;
  private static final int BUFFER_BYTES = 64 * 1024;

  private SnapshotFormat() {}

  /** What a snapshot holds. */
  record State(Shard shard, Sessions sessions) {}

  /** A view of the state as it stands, which writes itself later, from any thread. */
  static SnapshotContent contentOf(Shard shard, Sessions sessions) {
    long revision = shard.revision();
    Store.View records = shard.store().view();
    List<Session> sessionsNow = sessions.view();
    return out -> write(out, revision, records, sessionsNow);
  }

  private static void write(OutputStream out, long revision, Store.View records, List<Session> sessions) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
    CRC32C crc = new CRC32C();
    // The checksum sits between two buffers: it is fed big pieces, not the single bytes that DataOutputStream makes of a number.
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(new CheckedOutputStream(buffered, crc), BUFFER_BYTES));
    data.writeInt(MAGIC);
    data.writeInt(FORMAT_VERSION);
    writeShard(data, revision, records);
    writeSessions(data, sessions);
    data.flush();
    new DataOutputStream(buffered).writeLong(crc.getValue());
    buffered.flush();
  }

  private static void writeShard(DataOutputStream out, long revision, Store.View records) throws IOException {
    out.writeLong(revision);
    out.writeLong(records.count());
    try {
      records.forEach((key, record) -> {
        writeRecord(out, key, record);
        return true;
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void writeRecord(DataOutputStream out, byte[] key, Versioned record) {
    try {
      writeBytes(out, key);
      writeBytes(out, record.value());
      out.writeLong(record.version());
      out.writeLong(record.revision());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeSessions(DataOutputStream out, List<Session> sessions) throws IOException {
    out.writeInt(sessions.size());
    for (Session session : sessions) {
      out.writeLong(session.id().getMostSignificantBits());
      out.writeLong(session.id().getLeastSignificantBits());
      out.writeLong(session.lastUsedMillis());
      out.writeLong(session.firstOutstanding());
      out.writeLong(session.latestSequence());
      KeptReplies replies = session.replies();
      out.writeInt(replies.count());
      for (int i = 0; i < replies.count(); i++) {
        out.writeLong(replies.sequenceAt(i));
        writeBytes(out, replies.replyAt(i));
      }
    }
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads a whole state into an empty store.
   *
   * @throws IOException it cannot be read, is of another format, or its checksum does not fit
   */
  static State read(InputStream in, Store empty) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    CRC32C crc = new CRC32C();
    DataInputStream data = new DataInputStream(new CheckedInputStream(buffered, crc));
    expect("magic number", MAGIC, data.readInt());
    expect("format version", FORMAT_VERSION, data.readInt());
    Shard shard = readShard(data, empty);
    Sessions sessions = readSessions(data);
    long computed = crc.getValue();
    expect("checksum", computed, new DataInputStream(buffered).readLong());
    return new State(shard, sessions);
  }

  private static Shard readShard(DataInputStream in, Store store) throws IOException {
    long revision = in.readLong();
    long count = in.readLong();
    for (long i = 0; i < count; i++) {
      byte[] key = readBytes(in);
      byte[] value = readBytes(in);
      store.put(key, new Versioned(value, in.readLong(), in.readLong()));
    }
    return new Shard(store, revision);
  }

  private static Sessions readSessions(DataInputStream in) throws IOException {
    Sessions sessions = new Sessions();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      Session session = new Session(new UUID(in.readLong(), in.readLong()));
      long lastUsedMillis = in.readLong();
      long firstOutstanding = in.readLong();
      long latestSequence = in.readLong();
      int replies = in.readInt();
      long previous = -1;
      for (int j = 0; j < replies; j++) {
        long sequence = in.readLong();
        if (sequence <= previous) {
          throw new IOException("Key-value snapshot is corrupted: sequence %d after %d".formatted(sequence, previous));
        }
        session.keep(sequence, readBytes(in));
        previous = sequence;
      }
      session.restore(lastUsedMillis, firstOutstanding, latestSequence);
      sessions.add(session);
    }
    return sessions;
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("Key-value snapshot is corrupted: a length of " + length);
    }
    byte[] bytes = in.readNBytes(length); // Grows as it reads: a damaged length meets the stream's end before it fills memory.
    if (bytes.length < length) {
      throw new IOException("Key-value snapshot is cut short: %d of %d bytes".formatted(bytes.length, length));
    }
    return bytes;
  }

  private static void expect(String what, long expected, long found) throws IOException {
    if (expected != found) {
      throw new IOException("Key-value snapshot's %s is %x, not %x".formatted(what, found, expected));
    }
  }
}
