/**
 * Pekko in virtual time. Start at {@link io.flotilla.simulation.kernel.Kernel}; the {@code kernel.conf} beside it puts
 * {@link io.flotilla.simulation.kernel.VirtualExecutor} under every dispatcher and
 * {@link io.flotilla.simulation.kernel.VirtualScheduler} in the scheduler's place.
 *
 * <p>Knows nothing of nodes, networks and disks: those are the {@link io.flotilla.simulation.world} above it.
 */
package io.flotilla.simulation.kernel;
