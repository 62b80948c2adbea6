package io.flotilla.kv.store;

/**
 * What is stored under one key.
 *
 * @param value never changed
 * @param version changes since the key was created, which was the first
 * @param revision the shard's count of writes at the last change
 */
public record Versioned(byte[] value, long version, long revision) {}
