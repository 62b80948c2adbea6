package io.flotilla.persistence.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where everything lies in the database, format version 1. The first byte of a key names its space; numbers are
 * big-endian, so that keys sort as the numbers do (all of them are positive).
 *
 * <pre>
 * records:  01                            format version of the database
 *           02                            last numeric id that was given to a persistence id
 *           10 persistenceId              its numeric id
 *           20 numericId sequenceNr       an event
 *           30 numericId                  what was deleted: the highest sequence number survives here
 *           40 numericId sequenceNr       manifest of a snapshot
 *           50 contentId chunk            a snapshot's content that fits into one chunk
 * content:  contentId chunk               a snapshot's content in chunks
 * </pre>
 */
final class KeyLayout {
  private static final byte PERSISTENCE_ID = 0x10;
  private static final byte EVENT = 0x20;
  private static final byte DELETION = 0x30;
  private static final byte MANIFEST = 0x40;
  private static final byte SMALL_CONTENT = 0x50;

  private KeyLayout() {}

  static byte[] format() {
    return new byte[] {0x01};
  }

  static byte[] lastNumericId() {
    return new byte[] {0x02};
  }

  static byte[] persistenceId(String persistenceId) {
    byte[] name = persistenceId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + name.length).put(PERSISTENCE_ID).put(name).array();
  }

  static byte[] event(long numericId, long sequenceNr) {
    return key(EVENT, numericId, sequenceNr);
  }

  static byte[] deletion(long numericId) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(DELETION).putLong(numericId).array();
  }

  static byte[] manifest(long numericId, long sequenceNr) {
    return key(MANIFEST, numericId, sequenceNr);
  }

  static byte[] firstManifest() {
    return manifest(0, 0);
  }

  static byte[] lastManifest() {
    return manifest(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** The sequence number in the key of an event or a manifest. */
  static long sequenceNr(byte[] key) {
    return ByteBuffer.wrap(key).getLong(1 + Long.BYTES);
  }

  static byte[] smallContent(long contentId) {
    return ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES).put(SMALL_CONTENT).putLong(contentId).putInt(0).array();
  }

  static byte[] chunk(long contentId, int chunk) {
    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(contentId).putInt(chunk).array();
  }

  /** The content id in the key of a chunk. */
  static long contentId(byte[] chunkKey) {
    return ByteBuffer.wrap(chunkKey).getLong();
  }

  private static byte[] key(byte space, long numericId, long sequenceNr) {
    return ByteBuffer.allocate(1 + 2 * Long.BYTES).put(space).putLong(numericId).putLong(sequenceNr).array();
  }
}
