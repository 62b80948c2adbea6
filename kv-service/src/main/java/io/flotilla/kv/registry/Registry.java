package io.flotilla.kv.registry;

import io.flotilla.kv.registry.RegistryReply.Reason;
import io.flotilla.kv.router.ShardMap;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which nodes and groups there are. Immutable; {@link #apply} gives the next one.
 *
 * @param number rises by one with each change
 * @param nodes by id
 * @param groups by id
 * @param removedGroups groups that were removed, with the nodes that have not yet said that their replica is gone
 */
public record Registry(long number, SortedMap<String, NodeEntry> nodes, SortedMap<String, GroupEntry> groups,
    SortedMap<String, SortedSet<String>> removedGroups) {
  /** The group whose state machine this is. */
  public static final String META = "meta";

  public static final Registry EMPTY = new Registry(0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  /** Ids become parts of actor paths and of persistence ids. */
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /** The registry after a command, and what to answer. */
  public record Outcome(Registry next, RegistryReply reply) {}

  public Registry {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    removedGroups = Collections.unmodifiableSortedMap(new TreeMap<>(removedGroups));
  }

  /** Whether that may be the id of a node or a group. */
  public static boolean isValidId(String id) {
    return ID.matcher(id).matches();
  }

  public Outcome apply(RegistryCommand command) {
    return switch (command) {
      case RegistryCommand.Found found -> onFound(found);
      case RegistryCommand.RegisterNode register -> onRegisterNode(register);
      case RegistryCommand.AddGroup add -> onAddGroup(add);
      case RegistryCommand.RemoveGroup remove -> onRemoveGroup(remove.id());
      case RegistryCommand.SetMembers set -> onSetMembers(set.id(), set.members());
      case RegistryCommand.MembersInForce report -> onMembersInForce(report);
      case RegistryCommand.ReplicaRemoved removed -> onReplicaRemoved(removed.id(), removed.node());
    };
  }

  private Outcome onFound(RegistryCommand.Found found) {
    if (!groups.isEmpty()) {
      return unchanged();
    }
    SortedMap<String, GroupEntry> founded = new TreeMap<>();
    found.votersByGroup().forEach((id, voters) ->
        founded.put(id, GroupEntry.founded(id, number + 1, "", voters).withDesiredInForce()));
    return changed(nodes, founded, removedGroups);
  }

  private Outcome onRegisterNode(RegistryCommand.RegisterNode register) {
    if (!isValidId(register.id())) {
      return refused(Reason.INVALID, "a node id matches %s, not '%s'", ID, register.id());
    }
    NodeEntry known = nodes.get(register.id());
    boolean sameFolder = known != null && known.folderId().equals(register.folderId());
    NodeEntry entry = new NodeEntry(register.id(), register.host(), register.port(), register.http(), register.folderId(),
        sameFolder ? known.folderNumber() : number + 1);
    if (entry.equals(known)) {
      return unchanged();
    }
    SortedMap<String, NodeEntry> more = new TreeMap<>(nodes);
    more.put(entry.id(), entry);
    return changed(more, groups, removedGroups);
  }

  private Outcome onAddGroup(RegistryCommand.AddGroup add) {
    String id = add.id();
    if (!isValidId(id)) {
      return refused(Reason.INVALID, "a group id matches %s, not '%s'", ID, id);
    }
    if (add.voters().isEmpty()) {
      return refused(Reason.INVALID, "a group has at least one replica");
    }
    GroupEntry known = groups.get(id);
    if (known != null) {
      return known.requestId().equals(add.requestId())
          ? unchanged() : refused(Reason.CONFLICT, "there is a group %s already", id);
    }
    if (removedGroups.containsKey(id)) {
      return refused(Reason.CONFLICT, "a group %s was removed and its data is still being deleted on %s", id,
          removedGroups.get(id));
    }
    List<String> unknown = unknownNodes(add.voters());
    if (!unknown.isEmpty()) {
      return refused(Reason.NOT_FOUND, "no node %s; there are %s", unknown, nodes.keySet());
    }
    return withGroup(GroupEntry.founded(id, number + 1, add.requestId(), add.voters()));
  }

  private Outcome onRemoveGroup(String id) {
    if (removedGroups.containsKey(id)) {
      return unchanged();
    }
    GroupEntry group = groups.get(id);
    if (group == null) {
      return noGroup(id);
    }
    if (id.equals(META) || ShardMap.shardsOf(id) > 0) {
      return refused(Reason.CONFLICT, "%s cannot be removed: it holds %s", id,
          id.equals(META) ? "the registry of nodes and groups" : "the key-value store");
    }
    SortedMap<String, GroupEntry> fewer = new TreeMap<>(groups);
    fewer.remove(id);
    SortedSet<String> holders = new TreeSet<>(group.hosts());
    holders.addAll(group.departing());
    SortedMap<String, SortedSet<String>> removed = new TreeMap<>(removedGroups);
    removed.put(id, holders);
    return changed(nodes, fewer, removed);
  }

  private Outcome onSetMembers(String id, Members members) {
    GroupEntry group = groups.get(id);
    if (group == null) {
      return noGroup(id);
    }
    if (members.voters().isEmpty()) {
      return refused(Reason.INVALID, "a group has at least one voter");
    }
    if (!members.namedTwice().isEmpty()) {
      return refused(Reason.INVALID, "%s cannot be voter and learner at once", members.namedTwice());
    }
    List<String> unknown = unknownNodes(members.all());
    if (!unknown.isEmpty()) {
      return refused(Reason.NOT_FOUND, "no node %s; there are %s", unknown, nodes.keySet());
    }
    if (members.equals(group.desired())) {
      return unchanged();
    }
    // Back to the membership in force is always possible: else a change to a node that never answers could not be given up.
    if (!group.settled() && !members.equals(group.inForce())) {
      return refused(Reason.CONFLICT, "%s is changing to %s", id, group.desired());
    }
    List<String> departing = members.all().stream().filter(node -> group.departing().contains(node)).toList();
    if (!departing.isEmpty()) {
      return refused(Reason.CONFLICT, "%s still has to delete its former replica of %s", departing, id);
    }
    return withGroup(group.withDesired(members, number + 1));
  }

  private Outcome onMembersInForce(RegistryCommand.MembersInForce report) {
    GroupEntry group = groups.get(report.id());
    // A report about what was desired earlier says nothing about what is in force by now.
    return group == null || group.settled() || group.desiredNumber() != report.desiredNumber()
        ? unchanged() : withGroup(group.withDesiredInForce());
  }

  private Outcome onReplicaRemoved(String id, String node) {
    if (removedGroups.containsKey(id) && removedGroups.get(id).contains(node)) {
      SortedMap<String, SortedSet<String>> fewer = new TreeMap<>(removedGroups);
      SortedSet<String> holders = new TreeSet<>(removedGroups.get(id));
      holders.remove(node);
      if (holders.isEmpty()) {
        fewer.remove(id);
      } else {
        fewer.put(id, holders);
      }
      return changed(nodes, groups, fewer);
    }
    GroupEntry group = groups.get(id);
    return group == null || !group.departing().contains(node) ? unchanged() : withGroup(group.withoutDeparting(node));
  }

  private List<String> unknownNodes(Collection<String> ids) {
    return ids.stream().filter(id -> !nodes.containsKey(id)).toList();
  }

  private Outcome withGroup(GroupEntry group) {
    SortedMap<String, GroupEntry> more = new TreeMap<>(groups);
    more.put(group.id(), group);
    return changed(nodes, more, removedGroups);
  }

  private Outcome changed(SortedMap<String, NodeEntry> newNodes, SortedMap<String, GroupEntry> newGroups,
      SortedMap<String, SortedSet<String>> newRemovedGroups) {
    return new Outcome(new Registry(number + 1, newNodes, newGroups, newRemovedGroups), new RegistryReply.Accepted(number + 1));
  }

  private Outcome unchanged() {
    return new Outcome(this, new RegistryReply.Accepted(number));
  }

  private Outcome noGroup(String id) {
    return refused(Reason.NOT_FOUND, "no group %s; there are %s", id, groups.keySet());
  }

  private Outcome refused(Reason reason, String format, Object... values) {
    return new Outcome(this, new RegistryReply.Refused(reason, format.formatted(values)));
  }
}
