/**
 * The key-value state machine. Start at {@link io.flotilla.kv.store.KvStateMachine}; it is a {@link io.flotilla.kv.store.Shard}
 * (what writes and reads mean) and {@link io.flotilla.kv.store.Sessions} (each write once). A shard's records lie in a
 * {@link io.flotilla.kv.store.Store}; the first one, {@link io.flotilla.kv.store.TreeStore}, is a sorted tree in memory of which
 * a consistent view costs nothing to take. {@link io.flotilla.kv.store.SnapshotFormat} is all of it on disk.
 *
 * <p>Laws: no Pekko, clock or randomness here. Equal commands in equal order give equal states, equal answers and equal snapshot
 * bytes, whatever the configuration of the replica: what depends on configuration travels in the command.
 *
 * <p>One shard a group for now; a group that serves several will hold a {@code Shard} for each.
 */
package io.flotilla.kv.store;
