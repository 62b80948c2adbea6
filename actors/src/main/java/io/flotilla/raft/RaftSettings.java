package io.flotilla.raft;

import java.time.Duration;

/**
 * What tunes the algorithm; the configuration block {@code flotilla.raft} explains each.
 *
 * @param electionTimeoutMin silence after which a follower campaigns at the earliest; also how long a vote is withheld after a
 *     leader was heard
 * @param electionTimeoutMax at the latest; also how long a leader goes on without hearing a majority
 * @param maxAppendBytes bound of one AppendEntries, in bytes of entries; one bigger entry still travels, alone
 * @param maxAppendEntries bound of one AppendEntries, in entries
 * @param maxInFlightAppends AppendEntries that may be under way to one follower
 * @param thriftyDelay how long a follower that commitment can do without may wait for what is proposed; at most
 *     {@code heartbeatInterval}
 * @param thriftyEntries as soon as it lacks so many, it is sent them
 * @param leaseDuration how long a confirmed leadership is trusted by lease reads, the assumed clock drift already taken off;
 *     less than {@code electionTimeoutMin}
 * @param retainEntries entries before the latest snapshot kept in memory for slow followers, at most
 * @param retainBytes their size, at most
 */
public record RaftSettings(Duration heartbeatInterval, Duration electionTimeoutMin, Duration electionTimeoutMax,
    long maxAppendBytes, int maxAppendEntries, int maxInFlightAppends, Duration thriftyDelay, int thriftyEntries, Duration leaseDuration,
    long retainEntries, long retainBytes) {
  public RaftSettings {
    require(heartbeatInterval.isPositive(), "heartbeat-interval (%s) must be positive", heartbeatInterval);
    require(electionTimeoutMin.compareTo(heartbeatInterval.multipliedBy(2)) >= 0,
        "election-timeout-min (%s) must be at least twice heartbeat-interval (%s)", electionTimeoutMin, heartbeatInterval);
    require(electionTimeoutMax.compareTo(electionTimeoutMin) > 0,
        "election-timeout-max (%s) must be greater than election-timeout-min (%s)", electionTimeoutMax, electionTimeoutMin);
    require(leaseDuration.compareTo(electionTimeoutMin) < 0,
        "the lease (%s) must be shorter than election-timeout-min (%s)", leaseDuration, electionTimeoutMin);
    require(maxAppendBytes > 0, "max-append-size (%s) must be positive", maxAppendBytes);
    require(maxAppendEntries > 0, "max-append-entries (%s) must be positive", maxAppendEntries);
    require(maxInFlightAppends > 0, "max-in-flight-appends (%s) must be positive", maxInFlightAppends);
    require(thriftyDelay.isPositive(), "thrifty-delay (%s) must be positive", thriftyDelay);
    require(thriftyDelay.compareTo(heartbeatInterval) <= 0,
        "thrifty-delay (%s) must not be longer than heartbeat-interval (%s)", thriftyDelay, heartbeatInterval);
    require(thriftyEntries > 0, "thrifty-entries (%s) must be positive", thriftyEntries);
    require(retainEntries >= 0, "retain-entries (%s) must not be negative", retainEntries);
    require(retainBytes >= 0, "retain-size (%s) must not be negative", retainBytes);
  }

  private static void require(boolean holds, String format, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException("flotilla.raft: " + format.formatted(values));
    }
  }
}
