package io.flotilla.kv.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The file in a node's data folder that says which replicas the node holds: it starts them without asking anyone, so that a group
 * finds its majority even when {@code meta} has none yet. One line a replica: group, creation number, founding voters or {@code -}.
 *
 * <p>Written whole, synced and renamed before a replica starts and after its data are gone. Blocks; one thread at a time.
 */
public final class HostedReplicas {
  static final String FILE_NAME = "replicas";

  private static final String FORMAT = "flotilla-replicas 1";
  private static final String NO_VOTERS = "-";

  private final Path file;
  private final String folderId;
  private final SortedMap<String, HostedReplica> byGroup;

  private HostedReplicas(Path file, String folderId, Collection<HostedReplica> replicas) {
    this.file = file;
    this.folderId = folderId;
    this.byGroup = new TreeMap<>();
    replicas.forEach(replica -> byGroup.put(replica.groupId(), replica));
  }

  /**
   * Looks whether a node can start in this folder, without changing it.
   *
   * @throws IOException the file is there and cannot be read, or is not of this format
   */
  public static void check(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (Files.exists(file)) {
      HostedReplicas _ = read(file);
    }
  }

  /**
   * What the folder holds; {@code founding} are written down if it is new.
   *
   * @throws IOException the file cannot be read or written, or is not of this format
   */
  static HostedReplicas open(Path folder, Collection<HostedReplica> founding) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (Files.exists(file)) {
      return read(file);
    }
    HostedReplicas fresh = new HostedReplicas(file, UUID.randomUUID().toString(), founding);
    fresh.save();
    return fresh;
  }

  /** Names the folder: another one, or the same one emptied, has another id. */
  String folderId() {
    return folderId;
  }

  SortedMap<String, HostedReplica> byGroup() {
    return new TreeMap<>(byGroup);
  }

  Optional<HostedReplica> find(String groupId) {
    return Optional.ofNullable(byGroup.get(groupId));
  }

  void add(HostedReplica replica) throws IOException {
    byGroup.put(replica.groupId(), replica);
    save();
  }

  void remove(String groupId) throws IOException {
    byGroup.remove(groupId);
    save();
  }

  private static HostedReplicas read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    String[] head = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", -1);
    if (head.length != 3 || !FORMAT.equals(head[0] + " " + head[1])) {
      throw new IOException("%s does not begin with '%s'".formatted(file, FORMAT));
    }
    List<HostedReplica> replicas = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      replicas.add(parse(file, line));
    }
    return new HostedReplicas(file, head[2], replicas);
  }

  private static HostedReplica parse(Path file, String line) throws IOException {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3) {
      throw new IOException("%s: not a replica: '%s'".formatted(file, line));
    }
    try {
      return new HostedReplica(parts[0], Long.parseLong(parts[1]),
          parts[2].equals(NO_VOTERS) ? new TreeSet<>() : new TreeSet<>(Arrays.asList(parts[2].split(",", -1))));
    } catch (NumberFormatException malformed) {
      throw new IOException("%s: not a replica: '%s'".formatted(file, line), malformed);
    }
  }

  private void save() throws IOException {
    StringBuilder text = new StringBuilder(FORMAT).append(' ').append(folderId).append('\n');
    for (HostedReplica replica : byGroup.values()) {
      text.append(replica.groupId()).append(' ').append(replica.createdNumber()).append(' ')
          .append(replica.foundingVoters().isEmpty() ? NO_VOTERS : String.join(",", replica.foundingVoters())).append('\n');
    }
    Path next = file.resolveSibling(FILE_NAME + ".next");
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true); // the rename itself
    }
  }
}
