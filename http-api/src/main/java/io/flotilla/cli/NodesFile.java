package io.flotilla.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * {@code nodes.json}: which nodes of a data folder run, for scripts and for other commands. There while nodes run; written whole
 * beside its place and renamed into it, so that a reader never sees half of it.
 */
final class NodesFile {
  static final String NAME = "nodes.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One running node.
   *
   * @param http base URL of its REST interface
   * @param remoting host and port of its actor system
   * @param startedMillis when its process started, which tells it from a later one with the same pid
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Entry(String id, long pid, String http, String remoting, long startedMillis) {}

  private NodesFile() {}

  /** What the folder's file says; empty without one. */
  static List<Entry> read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return List.copyOf(JSON.readValue(file.toFile(), new TypeReference<List<Entry>>() {}));
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Replaces the file, or removes it when there is nothing to say. */
  static void write(Path folder, List<Entry> nodes) throws IOException {
    Path file = folder.resolve(NAME);
    if (nodes.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      replace(file, JSON.writeValueAsBytes(nodes));
    }
  }

  /** Writes a file so that readers see the old content or the new, never a part. */
  static void replace(Path file, byte[] content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The URLs of the nodes that run. */
  static List<URI> endpoints(Path folder) throws IOException {
    List<Entry> nodes = read(folder);
    if (nodes.isEmpty()) {
      throw new CommandFailedException("no cluster runs in %s (there is no %s): start one with 'up', or name --endpoint"
          .formatted(folder, folder.resolve(NAME)));
    }
    return nodes.stream().map(node -> URI.create(node.http())).toList();
  }
}
