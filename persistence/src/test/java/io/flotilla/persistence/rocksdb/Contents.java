package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.StreamedSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.apache.pekko.persistence.SelectedSnapshot;

/** Content for snapshots in tests. */
final class Contents {
  private Contents() {}

  static byte[] random(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  static StreamedSnapshot streamed(String header, byte[] content) {
    SnapshotContent stream = out -> out.write(content);
    return new StreamedSnapshot(header, stream);
  }

  static StoredContent contentOf(SelectedSnapshot selected) {
    return (StoredContent) ((StreamedSnapshot) selected.snapshot()).content();
  }

  static byte[] read(StoredContent content, long offsetBytes) throws IOException {
    try (InputStream in = content.open(offsetBytes)) {
      return in.readAllBytes();
    }
  }
}
