/** The key-value service in simulation, its clients included. Start at {@link io.flotilla.simulation.kv.KvSimulation}. */
package io.flotilla.simulation.kv;
