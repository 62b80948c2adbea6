package io.flotilla.kv.registry;

import io.flotilla.kv.router.DirectorySnapshot;
import io.flotilla.raft.PeerId;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What routers are told of groups and nodes. */
final class Directories {
  private Directories() {}

  /** Before the registry was ever read: what the data folder and the configuration say. */
  static DirectorySnapshot remembered(Collection<HostedReplica> hosted, AddressBook book) {
    SortedMap<String, SortedSet<PeerId>> members = new TreeMap<>();
    hosted.forEach(replica -> members.put(replica.groupId(), peers(replica.foundingVoters())));
    return new DirectorySnapshot(0, members, addresses(book));
  }

  static DirectorySnapshot registered(Registry registry, AddressBook book) {
    SortedMap<String, SortedSet<PeerId>> members = new TreeMap<>();
    // Also those that are about to come or go: to ask one too many costs a detour.
    registry.groups().values().forEach(group -> members.put(group.id(), peers(group.hosts())));
    return new DirectorySnapshot(registry.number(), members, addresses(book));
  }

  private static SortedSet<PeerId> peers(Collection<String> nodes) {
    return nodes.stream().map(PeerId::of).collect(Collectors.toCollection(TreeSet::new));
  }

  private static SortedMap<PeerId, String> addresses(AddressBook book) {
    SortedMap<PeerId, String> addresses = new TreeMap<>();
    book.nodes().forEach(node -> book.systemOf(node).ifPresent(address -> addresses.put(PeerId.of(node), address)));
    return addresses;
  }
}
