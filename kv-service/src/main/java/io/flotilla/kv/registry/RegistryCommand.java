package io.flotilla.kv.registry;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What changes the {@link Registry}. Every one may be repeated: whoever gets no answer sends it again. */
public sealed interface RegistryCommand {
  /** Writes down the groups that the first nodes were started with; does nothing once there are any. */
  record Found(SortedMap<String, SortedSet<String>> votersByGroup) implements RegistryCommand {
    public Found {
      SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
      votersByGroup.forEach((group, voters) -> copy.put(group, Collections.unmodifiableSortedSet(new TreeSet<>(voters))));
      votersByGroup = Collections.unmodifiableSortedMap(copy);
    }
  }

  /** A node says where it is. */
  record RegisterNode(String id, String host, int port, Optional<String> http, String folderId) implements RegistryCommand {}

  record AddGroup(String id, SortedSet<String> voters, String requestId) implements RegistryCommand {
    public AddGroup {
      voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    }
  }

  record RemoveGroup(String id) implements RegistryCommand {}

  record SetMembers(String id, Members members) implements RegistryCommand {}

  /** The group's log came to agree with what was desired at {@code desiredNumber}, all of it committed. */
  record MembersInForce(String id, long desiredNumber) implements RegistryCommand {}

  /** The node has deleted its replica of a group that it left. */
  record ReplicaRemoved(String id, String node) implements RegistryCommand {}
}
