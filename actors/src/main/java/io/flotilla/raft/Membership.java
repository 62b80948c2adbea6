package io.flotilla.raft;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who belongs to a group. While a change is under way the membership is joint (§6): decisions then need a majority of
 * {@code voters} (C_new) and one of {@code outgoing} (C_old).
 *
 * @param voters C_new, or the only configuration when {@code outgoing} is empty
 * @param outgoing C_old while joint, else empty
 * @param learners receive the log but neither vote nor count; disjoint from {@code voters}
 */
public record Membership(SortedSet<PeerId> voters, SortedSet<PeerId> outgoing, SortedSet<PeerId> learners) {
  /** Nobody: what a replica begins with that joins a group which exists. */
  public static final Membership NONE = ofVoters(Collections.emptySet());

  public Membership {
    voters = copy(voters);
    outgoing = copy(outgoing);
    learners = copy(learners);
  }

  public static Membership ofVoters(Collection<PeerId> voters) {
    return of(voters, Collections.emptySet());
  }

  public static Membership of(Collection<PeerId> voters, Collection<PeerId> learners) {
    return new Membership(new TreeSet<>(voters), new TreeSet<>(), new TreeSet<>(learners));
  }

  public boolean isJoint() {
    return !outgoing.isEmpty();
  }

  /** Whether the peer's vote counts, in either half of a joint membership. */
  public boolean isVoter(PeerId peer) {
    return voters.contains(peer) || outgoing.contains(peer);
  }

  /** Everyone to whom the log goes. */
  public SortedSet<PeerId> members() {
    SortedSet<PeerId> all = new TreeSet<>(voters);
    all.addAll(outgoing);
    all.addAll(learners);
    return all;
  }

  private static SortedSet<PeerId> copy(SortedSet<PeerId> peers) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(peers));
  }
}
