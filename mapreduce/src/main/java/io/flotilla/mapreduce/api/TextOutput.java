package io.flotilla.mapreduce.api;

/** Writes whatever it is given as text. */
record TextOutput<K, V>(boolean withValue) implements OutputFormat<K, V> {
  @Override
  public void writeKey(K key, ByteSink sink) {
    write(key, sink);
  }

  @Override
  public void writeValue(V value, ByteSink sink) {
    write(value, sink);
  }

  @Override
  public void writeLine(K key, V value, ByteSink sink) {
    write(key, sink);
    if (withValue) {
      sink.write((byte) '\t');
      write(value, sink);
    }
    sink.write((byte) '\n');
  }

  private static void write(Object value, ByteSink sink) {
    switch (value) {
      case Bytes bytes -> sink.write(bytes.array(), bytes.from(), bytes.length());
      case byte[] bytes -> sink.write(bytes, 0, bytes.length);
      case Long number -> sink.writeDecimal(number);
      case Codecs.Nothing _ -> sink.write(new byte[0], 0, 0);
      default -> sink.writeText(value.toString());
    }
  }
}
