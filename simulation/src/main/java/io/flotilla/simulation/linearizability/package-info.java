/**
 * Is a history of client operations linearizable? Start at {@link io.flotilla.simulation.linearizability.LinearizabilityChecker};
 * then {@link io.flotilla.simulation.linearizability.Operation}, what a client saw, and
 * {@link io.flotilla.simulation.linearizability.Register}, what one key does when asked one thing at a time.
 *
 * <p>Linearizability is local (Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects", theorem 1): a
 * history is linearizable if each key's part of it is. So keys are checked one by one, which makes the search small.
 */
package io.flotilla.simulation.linearizability;
