package io.flotilla.kv.router;

import io.flotilla.raft.PeerId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which groups there are, on which nodes, and where those are, as one node knows it.
 *
 * @param version rises with each change; a router keeps the highest it has seen
 * @param members the nodes with a replica, voter or learner, by group
 * @param addresses by node, its actor system: {@code pekko://flotilla@127.0.0.1:7355}
 */
public record DirectorySnapshot(long version, SortedMap<String, SortedSet<PeerId>> members,
    SortedMap<PeerId, String> addresses) {
  public static final DirectorySnapshot EMPTY = new DirectorySnapshot(-1, new TreeMap<>(), new TreeMap<>());

  public DirectorySnapshot {
    SortedMap<String, SortedSet<PeerId>> copy = new TreeMap<>();
    members.forEach((group, peers) -> copy.put(group, Collections.unmodifiableSortedSet(new TreeSet<>(peers))));
    members = Collections.unmodifiableSortedMap(copy);
    addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
  }
}
