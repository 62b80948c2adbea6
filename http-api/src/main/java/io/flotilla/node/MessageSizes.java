package io.flotilla.node;

import io.flotilla.kv.KvLimits;
import io.flotilla.kv.router.KvSettings;
import io.flotilla.raft.actor.RaftGroupSettings;
import io.flotilla.settings.SettingsReader;

/**
 * What the store takes in has to fit the messages that carry it: remoting drops one that does not, and whoever waits for it would
 * wait in vain. So that is refused at start.
 */
final class MessageSizes {
  private static final String VALUE = "flotilla.kv.max-value-size";
  private static final String COMMAND = "flotilla.raft.max-command-size";
  private static final String FRAME = "pekko.remote.artery.advanced.maximum-frame-size";
  private static final String LARGE_FRAME = "pekko.remote.artery.advanced.maximum-large-frame-size";

  /** The key, and what says which operation it is and whose. */
  private static final long AROUND_VALUE_BYTES = KvLimits.MAX_KEY_BYTES + 1024;

  /** Headers of a message and of what it lies in. */
  private static final long AROUND_MESSAGE_BYTES = 16 * 1024;

  private MessageSizes() {}

  /** Throws an {@link IllegalArgumentException} that names both keys if one size does not fit the other. */
  static void check(SettingsReader reader, KvSettings kv, RaftGroupSettings raft) {
    long frame = reader.size(FRAME, 1, Integer.MAX_VALUE);
    long largeFrame = reader.size(LARGE_FRAME, 1, Integer.MAX_VALUE);
    long value = kv.bounds().maxValueBytes();
    require(VALUE, value, AROUND_VALUE_BYTES, COMMAND, raft.maxCommandBytes());
    require(COMMAND, raft.maxCommandBytes(), AROUND_MESSAGE_BYTES, LARGE_FRAME, largeFrame);
    require(VALUE, value, AROUND_VALUE_BYTES + AROUND_MESSAGE_BYTES, FRAME, frame); // the answer to a read
  }

  private static void require(String key, long bytes, long aroundBytes, String holderKey, long holderBytes) {
    if (bytes + aroundBytes > holderBytes) {
      throw new IllegalArgumentException("%s = %d bytes, allowed with %s = %d bytes is at most %d, as that has to hold it with %d bytes around it"
          .formatted(key, bytes, holderKey, holderBytes, Math.max(0, holderBytes - aroundBytes), aroundBytes));
    }
  }
}
