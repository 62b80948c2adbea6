package io.flotilla.raft;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What a majority holds; in a joint membership, what a majority of each half holds (§6). Nothing else decides that. */
public final class Quorum {
  private Quorum() {}

  /** Whether enough voters satisfy {@code granted}. */
  public static boolean has(Membership membership, Predicate<PeerId> granted) {
    return majorityOf(membership.voters(), granted)
        && (!membership.isJoint() || majorityOf(membership.outgoing(), granted));
  }

  /**
   * The greatest value that a quorum reaches: with {@code matchIndex} for the values, what is replicated to a majority (§5.3).
   *
   * @param value of each voter; not asked for learners
   */
  public static long reached(Membership membership, ToLongFunction<PeerId> value) {
    long incoming = majorityReaches(membership.voters(), value);
    return membership.isJoint() ? Math.min(incoming, majorityReaches(membership.outgoing(), value)) : incoming;
  }

  private static boolean majorityOf(SortedSet<PeerId> voters, Predicate<PeerId> granted) {
    return voters.stream().filter(granted).count() > voters.size() / 2;
  }

  private static long majorityReaches(SortedSet<PeerId> voters, ToLongFunction<PeerId> value) {
    if (voters.isEmpty()) {
      return 0;
    }
    long[] values = voters.stream().mapToLong(value).toArray();
    Arrays.sort(values);
    return values[(values.length - 1) / 2];
  }
}
