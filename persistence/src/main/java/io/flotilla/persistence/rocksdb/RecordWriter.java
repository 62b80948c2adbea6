package io.flotilla.persistence.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Builds one record of the database: {@code version (1 byte), CRC32C (4), fields}. The checksum covers the key as well,
 * so a record that turns up under another key is corrupt too. Read back by {@link RecordReader}.
 */
final class RecordWriter {
  /** Format version of every record written today. */
  static final byte VERSION = 1;

  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private ByteBuffer buffer;

  /** A record of about {@code expectedBytes}, which grows when it turns out to be longer. */
  RecordWriter(int expectedBytes) {
    buffer = ByteBuffer.allocate(HEADER_BYTES + expectedBytes).position(HEADER_BYTES);
  }

  RecordWriter putByte(int value) {
    room(1).put((byte) value);
    return this;
  }

  RecordWriter putInt(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  RecordWriter putLong(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  RecordWriter putString(String value) {
    return putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  RecordWriter putBytes(byte[] value) {
    return putBytes(value, value.length);
  }

  RecordWriter putBytes(byte[] value, int length) {
    room(Integer.BYTES + length).putInt(length).put(value, 0, length);
    return this;
  }

  /** The finished record, to be stored under {@code key}. */
  byte[] seal(byte[] key) {
    int length = buffer.position();
    buffer.put(0, VERSION).putInt(1, checksum(key, buffer.array(), length));
    return length == buffer.capacity() ? buffer.array() : Arrays.copyOf(buffer.array(), length);
  }

  static int checksum(byte[] key, byte[] record, int length) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(VERSION);
    crc.update(record, HEADER_BYTES, length - HEADER_BYTES);
    return (int) crc.getValue();
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(Math.addExact(buffer.position(), bytes), buffer.capacity() + buffer.capacity() / 2);
      buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
    return buffer;
  }
}
