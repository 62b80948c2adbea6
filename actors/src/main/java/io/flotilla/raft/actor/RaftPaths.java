package io.flotilla.raft.actor;

/**
 * Where the actors of a group are, so that nodes and clients reach one another's without asking first. A {@link RaftGroup} is a
 * child of the user guardian and has the name given here; a path holds whichever incarnation of the actor runs.
 */
public final class RaftPaths {
  /** What {@code pekko.remote.artery.large-message-destinations} must hold. */
  static final String LARGE_MESSAGE_DESTINATION = "/user/*/bulk";

  private static final String BULK = "bulk";

  private RaftPaths() {}

  /** The name under which the user guardian spawns the group's {@link RaftGroup}. */
  public static String groupName(String groupId) {
    return "raft-" + groupId;
  }

  /**
   * The replica: its {@link RaftGroup}, which hands on what is for its {@link RaftPeer}.
   *
   * @param systemAddress {@code pekko://flotilla@127.0.0.1:7355}, or {@code pekko://flotilla} for this node's own
   */
  public static String peer(String systemAddress, String groupId) {
    return "%s/user/%s".formatted(systemAddress, groupName(groupId));
  }

  /**
   * The same by way of the large-message lane: for messages near or beyond the size of an ordinary frame. It costs a hop
   * more, and messages may overtake those sent to {@link #peer}.
   */
  public static String bulk(String systemAddress, String groupId) {
    return "%s/user/%s/%s".formatted(systemAddress, groupName(groupId), BULK);
  }

  /** Name of a group's child. */
  static String peerName() {
    return "peer";
  }

  /** Name of a group's child. */
  static String bulkName() {
    return BULK;
  }
}
