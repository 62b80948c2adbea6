/**
 * Scenarios by name: the lab suites' own, family by family. Start at {@link io.flotilla.simulation.scenario.Scenarios}, which has them
 * all, then {@link io.flotilla.simulation.scenario.Scenario} and {@link io.flotilla.simulation.scenario.ScenarioRun};
 * {@code RaftPersistenceScenarios} shows how one is told of Raft, {@code KvServerScenarios} of the store.
 *
 * <p>Where this world differs from the suites', for all scenarios:
 * <ul>
 *   <li>A peer that cannot be reached hangs: what is sent to it gets lost and nobody is told, at once or later. There is no call that
 *       fails; whoever wants an answer has time limits of its own.
 *   <li>Positions count commands; the no-ops of leaders take indexes of the log but no positions.
 *   <li>Work takes no time, only messages, disks and pauses do. So clients that the suites let loop as fast as they can pause some
 *       tens of milliseconds between operations here.
 *   <li>A "Maybe" is {@code OutcomeUnknown}. Writes are numbered by sessions, so it means that a time limit has passed, not that
 *       something was sent twice.
 *   <li>Bounds on memory are held against what the state machine says it has and what the disks hold, as all nodes share a heap.
 * </ul>
 * Bounds that come from the suites' encoding, or from how they wait, are derived anew where they stand.
 */
package io.flotilla.simulation.scenario;
