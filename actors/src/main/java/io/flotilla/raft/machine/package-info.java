/**
 * What users implement to have something replicated: {@link io.flotilla.raft.machine.StateMachine}. A {@link
 * io.flotilla.raft.machine.SectionedStateMachine} lets several share one log.
 */
package io.flotilla.raft.machine;
