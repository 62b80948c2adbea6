package io.flotilla.kv.codec;

/** Bytes from outside that are not what they should be; the message tells which part, in words for the one who sent them. */
public final class MalformedException extends Exception {
  public MalformedException(String message) {
    super(message, null, false, false); // A flood of bad input should cost no stack traces: the place is always the codec.
  }
}
