/**
 * One node: from a configuration to a running actor system, and back.
 *
 * <p>Start at {@link io.flotilla.node.NodeMain}; {@link io.flotilla.node.NodeSettings} is everything that can be configured, read and
 * checked first. {@link io.flotilla.node.NodeGuardian} is the root of the actors and has the Raft groups as its children;
 * {@code NodeParts} wires up the rest: the manager of the groups, the router, the REST interface, and how they stop.
 *
 * <p>Laws: what cannot work stops the node at start with one line that names it. Raft waits for nothing else: neither for the Pekko
 * cluster ({@code ClusterJoining}) nor for the registry.
 */
package io.flotilla.node;
