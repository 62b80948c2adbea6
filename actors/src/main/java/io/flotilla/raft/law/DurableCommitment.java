package io.flotilla.raft.law;

import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * A leader commits what a majority has stored (§5.3), and stored means on disk: at that very moment, counted on the disks themselves. In
 * a joint membership that is a majority of each half (§6). Counts for itself, so as not to err with the product's own count.
 */
public final class DurableCommitment implements Law {
  private final Map<PeerId, Durable> disks = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    disks.put(stepped.peer(), stepped.durable());
    RaftState after = stepped.after();
    long index = after.commitIndex();
    if (after.role() instanceof Role.Leader && index > stepped.before().commitIndex() && index > after.log().baseIndex()) {
      long term = after.log().termAt(index);
      Membership membership = stepped.before().log().membership();
      Law.require(Law.isMajority(membership, peer -> holds(peer, index, term)),
          "Durable commitment: %s committed %d of term %d, but of %s these disks hold it: %s", stepped.peer(), index, term, membership,
          membership.members().stream().filter(peer -> holds(peer, index, term)).toList());
    }
  }

  private boolean holds(PeerId peer, long index, long term) {
    Durable disk = disks.get(peer);
    return disk != null && (index <= disk.log().baseIndex() || disk.log().matches(index, term));
  }
}
