/**
 * The product from outside: real virtual machines, real signals, the command line and HTTP. {@link io.flotilla.scenarios.cluster}
 * starts, kills and questions nodes, {@link io.flotilla.scenarios.traffic} keeps clients busy meanwhile and remembers what they saw,
 * {@link io.flotilla.simulation.linearizability} judges it.
 *
 * <p>Nothing here depends on how long something takes: a scenario waits for conditions, up to limits that are generous because what
 * they guard against is waiting for ever.
 */
package io.flotilla.scenarios;
