package io.flotilla.mapreduce.coordinator;

/**
 * When something happens.
 *
 * @param millis of a monotonic clock of any origin: leases
 * @param wallMillis since the epoch: for people
 */
public record Now(long millis, long wallMillis) {}
