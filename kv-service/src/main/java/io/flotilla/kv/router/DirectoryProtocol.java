package io.flotilla.kv.router;

import org.apache.pekko.actor.typed.ActorRef;

/** What clients outside ask a node's directory, an actor that every node runs under the user guardian as {@value #NAME}. */
public sealed interface DirectoryProtocol {
  /** The directory's name under the user guardian. */
  String NAME = "kv-directory";

  /** Tells what the node knows; answered at once. */
  record GetDirectory(ActorRef<DirectorySnapshot> replyTo) implements DirectoryProtocol {}

  /**
   * The directory of a node.
   *
   * @param systemAddress {@code pekko://flotilla@127.0.0.1:7355}
   */
  static String path(String systemAddress) {
    return "%s/user/%s".formatted(systemAddress, NAME);
  }
}
