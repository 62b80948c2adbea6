package io.flotilla.kv.registry;

import java.util.Optional;

/**
 * One node as the registry knows it.
 *
 * @param host where its actor system listens
 * @param port where its actor system listens
 * @param http the base URL of its REST interface, if it has one
 * @param folderId names its data folder: a node that comes back with another one has lost its replicas
 * @param folderNumber the registry's number when that folder was first seen
 */
public record NodeEntry(String id, String host, int port, Optional<String> http, String folderId, long folderNumber) {
  /** Host and port, as one writes them. */
  public String address() {
    return host + ":" + port;
  }
}
