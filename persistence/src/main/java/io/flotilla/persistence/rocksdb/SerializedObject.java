package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.rocksdb.RecordReader.Place;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** An object as Pekko Serialization writes it: enough to read it back, whatever serializer is configured by then. */
record SerializedObject(int serializerId, String manifest, byte[] bytes) {
  /** Serializes with transport information, so that actor references in it carry this system's address. */
  static SerializedObject of(Serialization serialization, Object object) {
    Serializer serializer = serialization.findSerializerFor(object);
    byte[] bytes = serialization.serialize(object).get();
    return new SerializedObject(serializer.identifier(), Serializers.manifestFor(serializer, object), bytes);
  }

  Object deserialize(Serialization serialization, Place where) {
    try {
      return serialization.deserialize(bytes, serializerId, manifest).get();
    } catch (Exception e) { // Try.get throws checked exceptions without declaring them
      throw new IllegalStateException(
          "Cannot deserialize %s (serializer %d, manifest '%s'): %s"
              .formatted(where.describe(), serializerId, manifest, e.getMessage()),
          e);
    }
  }

  void writeTo(RecordWriter out) {
    out.putInt(serializerId).putString(manifest).putBytes(bytes);
  }

  static SerializedObject readFrom(RecordReader in) {
    return new SerializedObject(in.getInt(), in.getString(), in.getBytes());
  }

  int sizeBytes() {
    return 3 * Integer.BYTES + manifest.length() + bytes.length;
  }
}
