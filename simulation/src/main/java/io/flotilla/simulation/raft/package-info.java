/** What a {@link io.flotilla.simulation.Simulation} puts around the replicas of a Raft group to see all that they do. */
package io.flotilla.simulation.raft;
