/**
 * Deterministic simulation (FoundationDB, TigerBeetle): whole clusters of the real actors, in one thread and virtual time, with all that
 * can go wrong decided by a seed, so that each run can be had again. Start at {@link io.flotilla.simulation.Simulation}, a Raft group
 * with a state machine of yours; then {@link io.flotilla.simulation.world}, where nodes, network and disks are, and
 * {@link io.flotilla.simulation.kernel}, which makes Pekko run in virtual time. {@link io.flotilla.simulation.scenario} has scenarios.
 *
 * <p>Laws: nothing here waits in real time or looks at a real clock; all chance comes from {@link io.flotilla.simulation.world.World};
 * what has an order that can be seen is kept in an ordered collection.
 */
package io.flotilla.simulation;
