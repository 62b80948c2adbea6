package io.flotilla.mapreduce.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Codecs of common types. Their bytes sort as the values do. */
public final class Codecs {
  /** UTF-8, which sorts by code points. */
  public static final Codec<String> TEXT = new Codec<>() {
    @Override
    public void encode(String value, ByteSink sink) {
      sink.writeText(value);
    }

    @Override
    public String decode(byte[] bytes, int from, int length) {
      return new String(bytes, from, length, StandardCharsets.UTF_8);
    }
  };

  /** Eight bytes, big-endian, the sign's bit turned so that negative numbers come first. */
  public static final Codec<Long> LONG = new Codec<>() {
    @Override
    public void encode(Long value, ByteSink sink) {
      sink.writeLong(value ^ Long.MIN_VALUE);
    }

    @Override
    public Long decode(byte[] bytes, int from, int length) {
      if (length != Long.BYTES) {
        throw new IllegalArgumentException("a number has 8 bytes, not " + length);
      }
      return ByteBuffer.wrap(bytes, from, length).getLong() ^ Long.MIN_VALUE;
    }
  };

  /** The bytes themselves, in an array of their own. */
  public static final Codec<byte[]> BYTES = new Codec<>() {
    @Override
    public void encode(byte[] value, ByteSink sink) {
      sink.write(value, 0, value.length);
    }

    @Override
    public byte[] decode(byte[] bytes, int from, int length) {
      return Arrays.copyOfRange(bytes, from, from + length);
    }
  };

  /** Nothing at all, for jobs whose keys say everything. */
  public static final Codec<Nothing> NOTHING = new Codec<>() {
    @Override
    public void encode(Nothing value, ByteSink sink) {
      Objects.requireNonNull(value);
    }

    @Override
    public Nothing decode(byte[] bytes, int from, int length) {
      return Nothing.NOTHING;
    }
  };

  private Codecs() {}

  /** The only value of its type. */
  public enum Nothing {
    NOTHING
  }

  /** The bytes where they are, without copying: a decoded value is valid until the next one, so ask for one codec a task. */
  public static Codec<Bytes> view() {
    Bytes view = new Bytes();
    return new Codec<>() {
      @Override
      public void encode(Bytes value, ByteSink sink) {
        sink.write(value.array(), value.from(), value.length());
      }

      @Override
      public Bytes decode(byte[] bytes, int from, int length) {
        return view.set(bytes, from, length);
      }
    };
  }
}
