/**
 * From an operation to the replica that can do it, and back. Start at {@link io.flotilla.kv.router.Router}, one actor for all
 * clients of a node or of another JVM; {@link io.flotilla.kv.router.KvClients} puts a {@link io.flotilla.kv.KvClient} before it.
 *
 * <p>An operation is an {@code Operation}, with every attempt whose fate is open. It goes by {@code ShardMap} to a group, and by
 * that group's {@code GroupRoute} to the replica believed to lead; {@code Outbox} makes one message of what arrives together.
 * {@code PendingOperations} takes them in, and its {@code ClientSession} numbers the writes, so that each is applied once however often
 * it is sent. Which groups and replicas there
 * are comes in {@link io.flotilla.kv.router.DirectorySnapshot}s: inside a node from its registry, elsewhere by a
 * {@code DirectoryFollower} that asks nodes.
 *
 * <p>Laws: nothing blocks; time is counted in the router's own ticks and chance is injected, so a run can be repeated; "not
 * applied" is said only when every attempt was refused or none was made.
 */
package io.flotilla.kv.router;
