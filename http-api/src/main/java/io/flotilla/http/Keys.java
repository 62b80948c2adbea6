package io.flotilla.http;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvLimits;

/** Keys in requests. */
final class Keys {
  private Keys() {}

  /**
   * The key of those bytes.
   *
   * @param what names the part of the request, for the refusal
   */
  static Key of(String what, byte[] utf8) {
    if (utf8.length < KvLimits.MIN_KEY_BYTES || utf8.length > KvLimits.MAX_KEY_BYTES) {
      throw Problem.badRequest("%s: %d bytes of UTF-8, allowed are %d to %d"
          .formatted(what, utf8.length, KvLimits.MIN_KEY_BYTES, KvLimits.MAX_KEY_BYTES)).refused();
    }
    return Key.ofUtf8(utf8);
  }
}
