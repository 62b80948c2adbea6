package io.flotilla.persistence;

/**
 * A snapshot whose bulk is streamed. Saved through any Pekko snapshot API; the store serializes the header as one object
 * and copies the content chunk by chunk. When loaded, {@code content} is a {@link StoredContent} that reads on demand.
 *
 * @param header small, serialized by Pekko Serialization
 * @param content the bulk
 */
public record StreamedSnapshot(Object header, SnapshotContent content) {}
