package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.api.Bytes;

/** Lines as views of the reader's buffer. */
final class RawLine implements LineReader.LineValue<Bytes> {
  private final Bytes line = new Bytes();

  @Override
  public Bytes of(byte[] array, int from, int length) {
    return line.set(array, from, length);
  }

  @Override
  public long malformed() {
    return 0;
  }
}
