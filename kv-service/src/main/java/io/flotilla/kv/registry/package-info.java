/**
 * The registry: which nodes and groups there are, replicated by the group {@code meta}; and what makes each node follow it.
 *
 * <p>Start at {@link io.flotilla.kv.registry.Registry}, immutable, whose {@link io.flotilla.kv.registry.Registry#apply} is the whole of
 * its rules, and {@link io.flotilla.kv.registry.GroupEntry}: a group has members that are desired and members that are in force. The
 * {@link io.flotilla.kv.registry.RegistryStateMachine} replicates it.
 * {@link io.flotilla.kv.registry.GroupManager}, one a node, reads it, starts and removes replicas ({@code Reconciliation} says which),
 * and where a group's leader is, has its membership changed. {@link io.flotilla.kv.registry.ClusterAdmin} is what operators use.
 *
 * <p>Laws: a node starts the replicas that its data folder remembers without asking anyone. It deletes a replica only on a
 * linearizable reading of the registry, after the group's own log has left it out. A voter that has lost its data never votes again
 * under its old membership. A node that left a group comes back only when its old replica is gone.
 */
package io.flotilla.kv.registry;
