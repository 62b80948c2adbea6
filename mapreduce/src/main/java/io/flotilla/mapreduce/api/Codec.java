package io.flotilla.mapreduce.api;

/** Bytes of a value and back. Stateless or made anew for each task: {@link Job#keys} and {@link Job#values} are asked once a task. */
public interface Codec<T> {
  /** Appends the value's bytes. */
  void encode(T value, ByteSink sink);

  /**
   * The value again.
   *
   * @param bytes not to be kept: they are written over
   * @throws IllegalArgumentException these are not a value's bytes
   */
  T decode(byte[] bytes, int from, int length);
}
