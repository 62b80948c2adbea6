/**
 * The world in which simulated nodes live. Start at {@link io.flotilla.simulation.world.World}; then
 * {@link io.flotilla.simulation.world.Node} (what starts, crashes and comes back), {@link io.flotilla.simulation.world.Network}
 * and {@link io.flotilla.simulation.world.Disk}, which fail in all the ways that real ones do.
 *
 * <p>Whatever is left to chance comes from the run's seed, and whatever happens goes into its {@link io.flotilla.simulation.world.Trace}.
 */
package io.flotilla.simulation.world;
