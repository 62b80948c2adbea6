package io.flotilla.kv.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One Raft group as the registry knows it. The registry says who <em>shall</em> belong to it; who does is in the group's own log,
 * and the node that leads the group reports once the two agree.
 *
 * @param createdNumber the registry's number when the group was made; tells it from an earlier group of the same name
 * @param requestId of whoever made it, so that a repeated request is recognised
 * @param foundingVoters the membership that the group's log begins with
 * @param desired what operators want
 * @param desiredNumber the registry's number when they said so
 * @param inForce the membership last reported
 * @param settled whether {@code inForce} was reported for {@code desiredNumber}: nothing is left to change
 * @param hosts nodes that have a replica or are to have one: a change that was abandoned halfway leaves its mark here
 *     until the group has settled
 * @param departing nodes that belong to the group no more and have not yet said that their replica is gone. None of them may
 *     come back before: its old replica, about to be deleted, could otherwise be counted on
 */
public record GroupEntry(String id, long createdNumber, String requestId, SortedSet<String> foundingVoters, Members desired,
    long desiredNumber, Members inForce, boolean settled, SortedSet<String> hosts, SortedSet<String> departing) {
  public GroupEntry {
    foundingVoters = frozen(foundingVoters);
    hosts = frozen(hosts);
    departing = frozen(departing);
  }

  /** A group as it begins. */
  static GroupEntry founded(String id, long number, String requestId, Collection<String> voters) {
    Members members = Members.ofVoters(voters);
    return new GroupEntry(id, number, requestId, members.voters(), members, number, members, false, members.voters(),
        new TreeSet<>());
  }

  GroupEntry withDesired(Members members, long number) {
    SortedSet<String> more = new TreeSet<>(hosts);
    more.addAll(members.all());
    return new GroupEntry(id, createdNumber, requestId, foundingVoters, members, number, inForce, false, more, departing);
  }

  /** The group's log agrees with {@code desired}: whoever else has a replica may delete it. */
  GroupEntry withDesiredInForce() {
    SortedSet<String> leaving = new TreeSet<>(departing);
    leaving.addAll(hosts);
    leaving.removeAll(desired.all());
    return new GroupEntry(id, createdNumber, requestId, foundingVoters, desired, desiredNumber, desired, true, desired.all(),
        leaving);
  }

  GroupEntry withoutDeparting(String node) {
    SortedSet<String> remaining = new TreeSet<>(departing);
    remaining.remove(node);
    return new GroupEntry(id, createdNumber, requestId, foundingVoters, desired, desiredNumber, inForce, settled, hosts,
        remaining);
  }

  private static SortedSet<String> frozen(SortedSet<String> set) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(set));
  }
}
