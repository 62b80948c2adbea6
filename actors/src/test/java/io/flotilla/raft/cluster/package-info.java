/**
 * Whole clusters of {@link io.flotilla.raft.RaftCore} in virtual time. Start at {@link io.flotilla.raft.cluster.CoreCluster}; then
 * {@link io.flotilla.raft.cluster.Replica}, which carries the effects out, and {@link io.flotilla.raft.cluster.Chaos}, which breaks things.
 *
 * <p>Everything happens in one thread and comes from one seed, so that a run can be had again.
 */
package io.flotilla.raft.cluster;
