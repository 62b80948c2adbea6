package io.flotilla.mapreduce.input;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Finds lines in a stream, in a buffer that grows up to the longest line allowed. */
final class LineScanner {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int FIRST_BYTES = 128 * 1024;
  private static final long ONES = 0x0101010101010101L;
  private static final long NEWLINES = '\n' * ONES;

  private final int maxLineBytes;
  private byte[] buffer = new byte[FIRST_BYTES];
  private InputStream stream = InputStream.nullInputStream();
  private int at;
  private int end;
  private boolean atEnd;
  /** Of the buffer's first byte. */
  private long bufferOffset;
  private int lineFrom;
  private int lineLength;
  private long lineOffset;
  private boolean tooLong;

  LineScanner(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /** Begins with another stream, whose first byte has that offset. */
  void read(InputStream from, long offset) {
    stream = from;
    bufferOffset = offset;
    at = 0;
    end = 0;
    atEnd = false;
  }

  /** Moves to the next line, if there is one; the last needs no {@code \n}. */
  boolean next() throws IOException {
    lineOffset = offset();
    tooLong = false;
    int scanned = 0;
    while (true) {
      int newline = indexOfNewline(at + scanned);
      if (newline < end) {
        return line(newline, newline + 1);
      }
      scanned = end - at;
      if (scanned > maxLineBytes) {
        tooLong = true;
        skipLine();
        return true;
      }
      if (!fill()) {
        return scanned > 0 && line(end, end);
      }
    }
  }

  private boolean line(int lineEnd, int nextFrom) {
    lineFrom = at;
    lineLength = lineEnd - at;
    tooLong = lineLength > maxLineBytes;
    at = nextFrom;
    return true;
  }

  /** Moves behind the next {@code \n}, however far it is. */
  void skipLine() throws IOException {
    while (true) {
      int newline = indexOfNewline(at);
      if (newline < end) {
        at = newline + 1;
        return;
      }
      at = end;
      if (!fill()) {
        return;
      }
    }
  }

  byte[] array() {
    return buffer;
  }

  int lineFrom() {
    return lineFrom;
  }

  int lineLength() {
    return lineLength;
  }

  long lineOffset() {
    return lineOffset;
  }

  /** Whether the line is over the limit, and so has been read past. */
  boolean isTooLong() {
    return tooLong;
  }

  /** Of what comes next. */
  long offset() {
    return bufferOffset + at;
  }

  /** Reads on; false at the stream's end. */
  private boolean fill() throws IOException {
    if (atEnd) {
      return false;
    }
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      bufferOffset += at;
      end -= at;
      at = 0;
    } else if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(maxLineBytes + 2L, buffer.length * 2L));
    }
    int count = stream.read(buffer, end, buffer.length - end);
    atEnd = count < 0;
    end += Math.max(0, count);
    return !atEnd;
  }

  /** Where the next newline is; {@link #end} if there is none. Eight bytes at a time: a byte that is zero after the XOR is one. */
  private int indexOfNewline(int from) {
    byte[] bytes = buffer;
    int i = from;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      long differing = (long) LONGS.get(bytes, i) ^ NEWLINES;
      long zeros = (differing - ONES) & ~differing & (ONES << 7);
      if (zeros != 0) {
        return i + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    while (i < end && bytes[i] != '\n') {
      i++;
    }
    return i;
  }
}
