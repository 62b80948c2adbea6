package io.flotilla.kv.store;

import io.flotilla.kv.KvLimits;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Where a page ended, as text that fits into a URL: the last key shown and a checksum, which tells a cursor of ours from a text
 * that someone made up or cut short. It holds no state of any node, so it outlives them all.
 */
final class ScanCursor {
  private static final byte FORMAT_VERSION = 1;
  private static final int CHECKSUM_BYTES = 4;

  private ScanCursor() {}

  static String after(byte[] lastKey) {
    byte[] bytes = new byte[1 + lastKey.length + CHECKSUM_BYTES];
    bytes[0] = FORMAT_VERSION;
    System.arraycopy(lastKey, 0, bytes, 1, lastKey.length);
    writeChecksum(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The last key shown, or empty if the text is no cursor. */
  static Optional<byte[]> lastKey(String cursor) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    int keyBytes = bytes.length - 1 - CHECKSUM_BYTES;
    if (keyBytes < KvLimits.MIN_KEY_BYTES || keyBytes > KvLimits.MAX_KEY_BYTES || bytes[0] != FORMAT_VERSION) {
      return Optional.empty();
    }
    byte[] checked = bytes.clone();
    writeChecksum(checked);
    return Arrays.equals(bytes, checked) ? Optional.of(Arrays.copyOfRange(bytes, 1, 1 + keyBytes)) : Optional.empty();
  }

  private static void writeChecksum(byte[] bytes) {
    int at = bytes.length - CHECKSUM_BYTES;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, at);
    long checksum = crc.getValue();
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      bytes[at + i] = (byte) (checksum >>> (8 * i));
    }
  }
}
