/** What users implement to have something replicated: {@link io.flotilla.raft.machine.StateMachine}. */
package io.flotilla.raft.machine;
