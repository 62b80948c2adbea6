/**
 * The load generator. Start at {@link io.flotilla.bench.BenchCommand}, the command line; then {@link io.flotilla.bench.Workload}
 * (what to ask, and how hard), {@link io.flotilla.bench.LoadEngine} (who keeps it going: over HTTP in one thread, or through the
 * Java client) and {@link io.flotilla.bench.Meter} (what came of it). {@link io.flotilla.bench.Failover} is apart: one writer that
 * looks for the longest silence.
 *
 * <p>The generator shares its machine with the servers that it measures, so its own cost is part of the design: one thread, no
 * allocation worth the name per request, no library between it and the sockets.
 */
package io.flotilla.bench;
