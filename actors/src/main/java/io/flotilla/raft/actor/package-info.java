/**
 * Raft as actors: the thin shells around {@link io.flotilla.raft.RaftCore}. Begin with {@link
 * io.flotilla.raft.actor.RaftClientProtocol}, what a group's clients say; then {@code RaftPeer}, which feeds the core and carries its
 * effects out, {@code RaftLog}, its disk, {@code StateMachineActor}, which applies and answers, and {@link
 * io.flotilla.raft.actor.RaftGroup}, which runs the three as one.
 *
 * <p>The way of a write: {@code Requests} reach the leader's peer; the core appends, and in the same step the batch goes to the log
 * actor ({@code WriteQueue}: one write at a time, what comes meanwhile is the next) and to the followers ({@link
 * io.flotilla.raft.actor.Network}). Once a majority has it on disk the core commits, the state machine applies it and replies
 * straight to the client. The way of a read: the peer asks the core for an index, once for all reads of a message, then hands the
 * query to the state machine behind the commands it must see.
 *
 * <p>To run a replica: fill in a {@link io.flotilla.raft.actor.Replica} and spawn {@link io.flotilla.raft.actor.RaftGroup} under the
 * user guardian with the name from {@link io.flotilla.raft.actor.RaftPaths}.
 */
package io.flotilla.raft.actor;
