package io.flotilla.kv.codec;

import java.util.Arrays;

/** Writes numbers and byte strings one after the other into an array that grows. Not thread-safe. */
public final class ByteWriter {
  private byte[] bytes;
  private int size;

  /** A writer that grows only beyond that many bytes. */
  public ByteWriter(int expectedBytes) {
    this.bytes = new byte[expectedBytes];
  }

  public ByteWriter writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Seven bits a byte, lowest first: small numbers, which most are, take little. */
  public ByteWriter writeVarLong(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  public ByteWriter writeLong(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** The length, then the bytes. */
  public ByteWriter writeBytes(byte[] value) {
    writeVarLong(value.length);
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  public int sizeBytes() {
    return size;
  }

  /** What was written; without a copy if it fills the array exactly. */
  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
    }
  }
}
