/**
 * The command line, {@code ./flotilla}. Start at {@code FlotillaCommand}, which names the commands; each is a class of its own.
 *
 * <p>{@code up}, {@code down} and {@code status} work on a data folder: {@code ClusterPlan} (which nodes and ports it has),
 * {@code NodesFile} (which of them run), {@code LocalCluster} and {@code LocalNode} (their processes). {@code kv}, {@code groups}
 * and {@code mr} talk to nodes by {@code Endpoints}, over HTTP, like any other client.
 * {@code simulate} needs no nodes: {@code SimulationRuns} plays scenarios in this process.
 *
 * <p>Laws: exit status 0 done, 1 failed, 2 wrong usage; what was asked for goes to standard output, all else to standard error.
 */
package io.flotilla.cli;
