package io.flotilla.kv.codec;

import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; distrusts every length. Not thread-safe. */
public final class ByteReader {
  private final byte[] bytes;
  private int position;

  public ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  public int readByte() throws MalformedException {
    require(1);
    return bytes[position++];
  }

  public long readVarLong() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number takes more than 10 bytes");
  }

  /** A count or a limit: 0 or more. */
  public int readVarInt() throws MalformedException {
    long value = readVarLong();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new MalformedException("a count is from 0 to %d, this one %d".formatted(Integer.MAX_VALUE, value));
    }
    return (int) value;
  }

  public long readLong() throws MalformedException {
    require(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = (value << 8) | (bytes[position++] & 0xFF);
    }
    return value;
  }

  public byte[] readBytes() throws MalformedException {
    int length = readVarInt();
    require(length);
    byte[] value = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return value;
  }

  /** Asserts that all was read: what follows a form is no part of it. */
  public void expectEnd() throws MalformedException {
    if (position != bytes.length) {
      throw new MalformedException("%d bytes follow its end".formatted(bytes.length - position));
    }
  }

  private void require(int count) throws MalformedException {
    if (bytes.length - position < count) {
      throw new MalformedException("it ends after %d bytes, %d more are missing".formatted(bytes.length,
          count - (bytes.length - position)));
    }
  }
}
