package io.flotilla.raft.actor;

import io.flotilla.persistence.SnapshotArchive;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftAlgorithm;
import io.flotilla.raft.machine.StateMachine;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One replica of one group, and what it stands on: everything that {@link RaftGroup} needs to run it.
 *
 * @param bootstrap the group's first membership, the same on each of its first replicas; {@link Membership#NONE} on one that
 *     joins later. Read once, when the replica's journal is empty
 * @param stateMachines gives a fresh, empty state machine at each start of the replica
 * @param archive where the snapshot store keeps what this replica saved
 * @param spool where a leader's snapshot gathers; this replica's alone
 * @param random draws election timeouts; this replica's alone
 * @param algorithm {@link RaftAlgorithm#CORE}, or what a simulation puts in its place
 */
public record Replica(String groupId, PeerId self, Membership bootstrap, RaftGroupSettings settings,
    Supplier<StateMachine> stateMachines, Network network, SnapshotArchive archive, SnapshotSpool spool, RaftClock clock,
    RandomGenerator random, RaftAlgorithm algorithm) {

  /** A replica that runs Raft as it should be. */
  public Replica(String groupId, PeerId self, Membership bootstrap, RaftGroupSettings settings, Supplier<StateMachine> stateMachines,
      Network network, SnapshotArchive archive, SnapshotSpool spool, RaftClock clock, RandomGenerator random) {
    this(groupId, self, bootstrap, settings, stateMachines, network, archive, spool, clock, random, RaftAlgorithm.CORE);
  }

  /** The journal's and the snapshot store's name for this replica. */
  public String persistenceId() {
    return "raft|%s|%s".formatted(groupId, self);
  }

  /** As log lines name it: {@code n1/g1}. */
  @Override
  public String toString() {
    return "%s/%s".formatted(self, groupId);
  }
}
