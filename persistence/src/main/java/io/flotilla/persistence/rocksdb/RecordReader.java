package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Reads the fields of one record, which {@link RecordWriter} wrote, after its checksum has been verified. */
final class RecordReader {
  private final ByteBuffer fields;

  private RecordReader(ByteBuffer fields) {
    this.fields = fields;
  }

  /**
   * Verifies and decodes a record.
   *
   * @param where names the record in the exception's message
   * @throws CorruptedDataException the record is not what was written under this key
   */
  static <T> T read(Place where, byte[] key, byte[] record, Function<RecordReader, T> decode) {
    if (record.length < RecordWriter.HEADER_BYTES) {
      throw where.corrupted("a record of " + record.length + " bytes is too short to be one");
    }
    ByteBuffer buffer = ByteBuffer.wrap(record);
    byte version = buffer.get();
    if (version != RecordWriter.VERSION) {
      throw where.corrupted("its format version is " + version + ", known is " + RecordWriter.VERSION);
    }
    int expected = buffer.getInt();
    int found = RecordWriter.checksum(key, record, record.length);
    if (expected != found) {
      throw where.corrupted("its checksum is %08x, its content gives %08x".formatted(expected, found));
    }
    try {
      return decode.apply(new RecordReader(buffer));
    } catch (BufferUnderflowException e) {
      throw where.corrupted("it ends within a field");
    }
  }

  byte getByte() {
    return fields.get();
  }

  int getInt() {
    return fields.getInt();
  }

  long getLong() {
    return fields.getLong();
  }

  String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  byte[] getBytes() {
    int length = fields.getInt();
    if (length < 0 || length > fields.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    fields.get(bytes);
    return bytes;
  }

  /** Names a record for whoever has to find it; built only when it is needed. */
  @FunctionalInterface
  interface Place {
    String describe();

    default CorruptedDataException corrupted(String why) {
      return new CorruptedDataException("Corrupted data in " + describe() + ": " + why);
    }
  }
}
