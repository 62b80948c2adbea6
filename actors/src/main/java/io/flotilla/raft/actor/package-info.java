/** Raft as actors: the thin shells around {@link io.flotilla.raft.RaftCore}. */
package io.flotilla.raft.actor;
