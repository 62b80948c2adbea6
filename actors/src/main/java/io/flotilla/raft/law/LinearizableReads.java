package io.flotilla.raft.law;

import java.util.HashMap;
import java.util.Map;

/**
 * A read sees all that any client had seen before it was asked (§8): every acknowledged write, and what every answered read saw.
 */
public final class LinearizableReads implements Law {
  private final Map<Long, Long> seenWhenAsked = new HashMap<>();
  private long seenIndex;

  @Override
  public void acknowledged(long index, byte[] command) {
    seenIndex = Math.max(seenIndex, index);
  }

  @Override
  public void readAsked(long readId) {
    seenWhenAsked.put(readId, seenIndex);
  }

  @Override
  public void readAnswered(long readId, long readIndex, long appliedIndex) {
    Law.require(seenWhenAsked.containsKey(readId), "Linearizable reads: %d is answered once", readId);
    long floor = seenWhenAsked.remove(readId);
    Law.require(readIndex >= floor, "Linearizable reads: %d got index %d, but %d had been seen before it was asked", readId, readIndex,
        floor);
    seenIndex = Math.max(seenIndex, appliedIndex);
  }
}
