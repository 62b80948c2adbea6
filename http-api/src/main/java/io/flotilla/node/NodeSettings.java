package io.flotilla.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.http.HttpSettings;
import io.flotilla.kv.registry.AddressBook.Contact;
import io.flotilla.kv.registry.Registry;
import io.flotilla.kv.router.KvSettings;
import io.flotilla.mapreduce.CoordinationSettings;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.persistence.rocksdb.PersistenceSettings;
import io.flotilla.raft.actor.RaftGroupSettings;
import io.flotilla.settings.SettingsReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Everything a node is configured with, read and checked before anything is opened or started.
 *
 * @param self this node's id and where its actor system listens
 * @param httpUrl where others reach its REST interface
 * @param contacts nodes whose addresses are known from the beginning, this one among them if it is configured so
 * @param founding the groups of a new cluster with their voters; empty on a node that shall not found one
 * @param config the whole configuration, for the actor system
 */
public record NodeSettings(Contact self, String httpUrl, Path folder, List<Contact> contacts,
    SortedMap<String, SortedSet<String>> founding, Duration registryPollInterval, HttpSettings http, KvSettings kv,
    RaftGroupSettings raft, MapReduceSettings mapReduce, CoordinationSettings coordination, Config config) {
  /** The name of every node's actor system, part of its address. */
  public static final String SYSTEM = "flotilla";

  private static final String NODE_CONFIG = "flotilla-node.conf";
  private static final String ID = "flotilla.node.id";
  private static final String INITIAL_NODES = "flotilla.cluster.initial-nodes";
  private static final String CONTACTS = "flotilla.cluster.contacts";
  private static final String GROUPS = "flotilla.cluster.groups";
  private static final String BOOTSTRAP = "flotilla.cluster.bootstrap";
  private static final String HTTP_HOST = "flotilla.http.host";
  private static final String HTTP_PORT = "flotilla.http.port";
  private static final String INSECURE = "flotilla.insecure";
  private static final String REMOTING_HOST = "flotilla.remoting.host";
  private static final String REMOTING_TLS = "flotilla.remoting.tls.key-store";
  private static final int MAX_GROUPS = 64;

  public NodeSettings {
    contacts = List.copyOf(contacts);
    founding = Collections.unmodifiableSortedMap(new TreeMap<>(founding));
  }

  /**
   * Lays an operator's configuration over the defaults and reads it.
   *
   * @param operator file and arguments; they may set any key, ours and the libraries'
   * @throws IllegalArgumentException or {@link ConfigException} (a file that does not parse): names the key, its value and what is allowed
   */
  public static NodeSettings from(Config operator) {
    Config reference = ConfigFactory.defaultReference();
    refuseUnknown(operator, reference);
    Config base = operator.withFallback(ConfigFactory.parseResources(NODE_CONFIG)).withFallback(reference).resolve();
    Config config = RemotingConfig.of(base).withFallback(base).resolve();
    SettingsReader reader = SettingsReader.of(config);
    Contact self = self(reader);
    List<Contact> initial = contacts(config, INITIAL_NODES);
    List<Contact> all = new ArrayList<>(initial);
    all.addAll(contacts(config, CONTACTS));
    reader.integer(HTTP_PORT, 1, SettingsReader.MAX_PORT); // others are told of it, so it must not be just any
    HttpSettings http = HttpSettings.from(config);
    refuseOpenDoors(reader, http);
    Duration pollInterval = reader.duration("flotilla.cluster.registry-poll-interval", Duration.ofMillis(10), Duration.ofMinutes(1));
    KvSettings kv = KvSettings.from(config);
    RaftGroupSettings raft = RaftGroupSettings.from(config);
    MessageSizes.check(reader, kv, raft);
    return new NodeSettings(self, httpUrl(http, self), PersistenceSettings.from(config).directory(), all,
        founding(reader, self.id(), initial), pollInterval, http, kv, raft, MapReduceSettings.from(config),
        CoordinationSettings.from(config), config);
  }

  private static Contact self(SettingsReader reader) {
    String id = reader.text(ID);
    if (!Registry.isValidId(id)) {
      throw new IllegalArgumentException(ID + " = " + id
          + ", allowed are 1 to 32 lower-case letters, digits and hyphens, not a hyphen first");
    }
    return new Contact(id, reader.text(REMOTING_HOST), reader.integer("flotilla.remoting.port", 1, SettingsReader.MAX_PORT));
  }

  /** A node that listens on all of its addresses is reached at the one of its actor system. */
  private static String httpUrl(HttpSettings http, Contact self) {
    String host = hasAddress(http.host(), InetAddress::isAnyLocalAddress) ? self.host() : http.host();
    return "%s://%s:%d".formatted(http.tls().isPresent() ? "https" : "http", host, http.port());
  }

  private static List<Contact> contacts(Config config, String key) {
    try {
      return config.getConfigList(key).stream()
          .map(node -> new Contact(node.getString("id"), node.getString("host"), node.getInt("port"))).toList();
    } catch (ConfigException malformed) {
      throw new IllegalArgumentException("%s = %s, allowed is a list of { id = n1, host = 127.0.0.1, port = 7355 }: %s"
          .formatted(key, config.getValue(key).unwrapped(), malformed.getMessage()), malformed);
    }
  }

  private static SortedMap<String, SortedSet<String>> founding(SettingsReader reader, String self, List<Contact> initial) {
    int groups = reader.integer(GROUPS, 1, MAX_GROUPS);
    SortedMap<String, SortedSet<String>> founding = new TreeMap<>();
    SortedSet<String> voters = new TreeSet<>(initial.stream().map(Contact::id).toList());
    if (!reader.isOn(BOOTSTRAP) || !voters.contains(self)) {
      return founding;
    }
    founding.put(Registry.META, voters);
    for (int number = 1; number <= groups; number++) {
      founding.put("g" + number, voters);
    }
    return founding;
  }

  /** Whoever can reach an open port can read and change everything, so the network gets to see one only on request. */
  private static void refuseOpenDoors(SettingsReader reader, HttpSettings http) {
    if (reader.isOn(INSECURE)) {
      return;
    }
    if (reader.anyText(REMOTING_TLS).isEmpty()) {
      requireLoopback(REMOTING_HOST, reader.text(REMOTING_HOST), REMOTING_TLS);
    }
    if (http.tls().isEmpty()) {
      requireLoopback(HTTP_HOST, http.host(), "flotilla.http.tls.key-store");
    }
  }

  private static void requireLoopback(String key, String host, String tlsKey) {
    if (!hasAddress(host, InetAddress::isLoopbackAddress)) {
      throw new IllegalArgumentException("%s = %s, allowed is a loopback address such as 127.0.0.1, unless %s is set, or %s = on"
          .formatted(key, host, tlsKey, INSECURE));
    }
  }

  private static boolean hasAddress(String host, Predicate<InetAddress> property) {
    try {
      return property.test(InetAddress.getByName(host));
    } catch (UnknownHostException _) {
      return false;
    }
  }

  /** A misspelt key would otherwise be as good as none. */
  private static void refuseUnknown(Config operator, Config reference) {
    if (!operator.hasPath("flotilla")) {
      return;
    }
    operator.getConfig("flotilla").entrySet().stream().map(entry -> "flotilla." + entry.getKey())
        .filter(path -> !reference.hasPathOrNull(path) && !isOpen(path)).sorted().findFirst().ifPresent(path -> {
          throw new IllegalArgumentException("there is no configuration key %s; application.conf lists all".formatted(path));
        });
  }

  /** Blocks that take keys of any name: libraries' settings, registrations, dispatchers. */
  private static boolean isOpen(String path) {
    return path.startsWith("flotilla.http.pekko.") || path.startsWith("flotilla.serialization.modules.") || path.contains("dispatcher");
  }
}
