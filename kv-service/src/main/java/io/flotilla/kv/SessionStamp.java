package io.flotilla.kv;

import java.util.UUID;

/**
 * Makes a write recognisable when it comes again (Raft §8, thesis §6.3).
 *
 * @param sessionId of one client
 * @param sequence from 0, rising with each new write; a retry keeps both
 */
public record SessionStamp(UUID sessionId, long sequence) {
  public SessionStamp {
    if (sequence < 0) {
      throw new IllegalArgumentException("a sequence number is 0 or more, this one " + sequence);
    }
  }
}
