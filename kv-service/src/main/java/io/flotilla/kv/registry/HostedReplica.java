package io.flotilla.kv.registry;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A replica that this node holds, as its data folder remembers it.
 *
 * @param createdNumber which group of that name; see {@link GroupEntry#createdNumber}
 * @param foundingVoters the membership its log begins with; empty if it joined later and learns it from the leader. A node that
 *     lost its data must never come back as a founder: it would vote as if it had seen nothing
 */
record HostedReplica(String groupId, long createdNumber, SortedSet<String> foundingVoters) {
  HostedReplica {
    foundingVoters = Collections.unmodifiableSortedSet(new TreeSet<>(foundingVoters));
  }
}
