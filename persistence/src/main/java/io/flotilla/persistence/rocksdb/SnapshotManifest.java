package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.rocksdb.RecordReader.Place;
import java.util.Optional;

/**
 * What makes a snapshot visible: written last, in one piece, once its content is on disk.
 *
 * @param timestamp milliseconds since 1970
 * @param streamed whether the content is what a {@link io.flotilla.persistence.StreamedSnapshot} wrote; else it is the
 *     serialized form of the whole snapshot object
 * @param object the header of a streamed snapshot; of any other, how to deserialize the content (no bytes)
 */
record SnapshotManifest(
    long timestamp, boolean streamed, SerializedObject object, ContentRef content, Optional<SerializedObject> metadata) {
  private static final int FIXED_BYTES = 64;

  /**
   * Where a snapshot's content lies.
   *
   * @param id unique to this content
   * @param sizeBytes of the whole content
   * @param chunkBytes of every chunk but the last
   * @param ingested in files of its own; else as one record among the others
   */
  record ContentRef(long id, long sizeBytes, int chunkBytes, boolean ingested) {}

  byte[] encode(byte[] key) {
    RecordWriter out = new RecordWriter(FIXED_BYTES + object.sizeBytes());
    out.putLong(timestamp).putByte(streamed ? 1 : 0);
    object.writeTo(out);
    out.putLong(content.id).putLong(content.sizeBytes).putInt(content.chunkBytes).putByte(content.ingested ? 1 : 0);
    out.putByte(metadata.isPresent() ? 1 : 0);
    metadata.ifPresent(it -> it.writeTo(out));
    return out.seal(key);
  }

  static SnapshotManifest decode(Place where, byte[] key, byte[] record) {
    return RecordReader.read(where, key, record, in -> new SnapshotManifest(
        in.getLong(),
        in.getByte() == 1,
        SerializedObject.readFrom(in),
        new ContentRef(in.getLong(), in.getLong(), in.getInt(), in.getByte() == 1),
        in.getByte() == 1 ? Optional.of(SerializedObject.readFrom(in)) : Optional.empty()));
  }
}
