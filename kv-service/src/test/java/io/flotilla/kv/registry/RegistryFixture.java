package io.flotilla.kv.registry;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Registries to begin with. */
final class RegistryFixture {
  private RegistryFixture() {}

  /** n1, n2 and n3 with the groups that they were started with. */
  static Registry threeNodes() {
    return after(Registry.EMPTY, new RegistryCommand.Found(firstGroups()), register("n1", "folder-n1"),
        register("n2", "folder-n2"), register("n3", "folder-n3"));
  }

  static SortedMap<String, SortedSet<String>> firstGroups() {
    SortedMap<String, SortedSet<String>> groups = new TreeMap<>();
    groups.put("meta", new TreeSet<>(List.of("n1", "n2", "n3")));
    groups.put("g1", new TreeSet<>(List.of("n1", "n2", "n3")));
    return groups;
  }

  static RegistryCommand register(String node, String folderId) {
    return new RegistryCommand.RegisterNode(node, "127.0.0.1", 7000, Optional.of("http://127.0.0.1:8000"), folderId);
  }

  static Registry after(Registry start, RegistryCommand... commands) {
    Registry registry = start;
    for (RegistryCommand command : commands) {
      registry = registry.apply(command).next();
    }
    return registry;
  }
}
