package io.flotilla.kv.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the nodes' actor systems are. It begins with the addresses in the configuration, since a group's first votes have to travel
 * before anyone can read the registry. An operator may have moved nodes, so what is configured holds until the registry's own entry
 * changes while this node looks. Thread-safe.
 */
public final class AddressBook {
  /** A node to begin with. */
  public record Contact(String id, String host, int port) {
    /** Host and port, as one writes them. */
    public String address() {
      return host + ":" + port;
    }
  }

  private final String systemName;
  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final Map<String, String> lastRegistered = new ConcurrentHashMap<>();
  private volatile List<String> metaHosts;

  /**
   * A book of contacts.
   *
   * @param systemName the name that all actor systems share
   */
  public AddressBook(String systemName, Collection<Contact> contacts) {
    this.systemName = systemName;
    contacts.forEach(contact -> addresses.put(contact.id(), contact.address()));
    this.metaHosts = contacts.stream().map(Contact::id).toList();
  }

  /** The actor system of a node, as {@code pekko://system@host:port}. */
  public Optional<String> systemOf(String node) {
    return Optional.ofNullable(addresses.get(node)).map(address -> "pekko://%s@%s".formatted(systemName, address));
  }

  /** Host and port of a node. */
  public Optional<String> addressOf(String node) {
    return Optional.ofNullable(addresses.get(node));
  }

  /** All nodes whose addresses are known. */
  public SortedSet<String> nodes() {
    return new TreeSet<>(addresses.keySet());
  }

  /** Nodes that may have a replica of the registry; never empty unless there were no contacts. */
  public List<String> metaHosts() {
    return metaHosts;
  }

  void update(Registry registry) {
    for (NodeEntry node : registry.nodes().values()) {
      String before = lastRegistered.put(node.id(), node.address());
      if (before == null) {
        addresses.putIfAbsent(node.id(), node.address());
      } else if (!before.equals(node.address())) {
        addresses.put(node.id(), node.address());
      }
    }
    GroupEntry meta = registry.groups().get(Registry.META);
    if (meta != null) {
      metaHosts = new ArrayList<>(meta.hosts());
    }
  }
}
