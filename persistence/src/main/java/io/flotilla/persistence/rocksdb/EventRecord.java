package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.rocksdb.RecordReader.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One event as it lies on disk; its persistence id and sequence number are in its key.
 *
 * @param eventManifest the event adapter's manifest, empty if there is none
 * @param writerUuid the incarnation of the persistent actor that wrote it
 * @param timestamp milliseconds since 1970
 * @param tags from a tagging event adapter; kept for a future query side
 */
record EventRecord(
    SerializedObject payload,
    String eventManifest,
    String writerUuid,
    long timestamp,
    List<String> tags,
    Optional<SerializedObject> metadata) {
  /** Room for the fixed fields and a UUID. */
  private static final int FIXED_BYTES = 96;

  EventRecord {
    tags = List.copyOf(tags);
  }

  byte[] encode(byte[] key) {
    RecordWriter out = new RecordWriter(FIXED_BYTES + payload.sizeBytes());
    payload.writeTo(out);
    out.putString(eventManifest).putString(writerUuid).putLong(timestamp).putInt(tags.size());
    tags.forEach(out::putString);
    out.putByte(metadata.isPresent() ? 1 : 0);
    metadata.ifPresent(it -> it.writeTo(out));
    return out.seal(key);
  }

  static EventRecord decode(Place where, byte[] key, byte[] record) {
    return RecordReader.read(where, key, record, in -> new EventRecord(
        SerializedObject.readFrom(in),
        in.getString(),
        in.getString(),
        in.getLong(),
        tags(in),
        in.getByte() == 1 ? Optional.of(SerializedObject.readFrom(in)) : Optional.empty()));
  }

  private static List<String> tags(RecordReader in) {
    List<String> tags = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      tags.add(in.getString());
    }
    return tags;
  }
}
