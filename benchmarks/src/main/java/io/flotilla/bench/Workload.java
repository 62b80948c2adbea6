package io.flotilla.bench;

import java.time.Duration;

/**
 * What to ask of the store. The n-th operation is a function of n alone: keys in turn, reads and writes mixed by a hash, so that two
 * runs ask the same.
 *
 * @param outstanding most operations under way at once; over HTTP each has a connection of its own
 * @param readShare 0: only writes, 1: only reads
 * @param timeout silence after which an operation counts as failed
 */
record Workload(int outstanding, double readShare, int keys, int valueSizeBytes, Duration timeout) {
  /** 2^64 divided by the golden ratio: multiplied by it, neighbouring numbers spread evenly over all longs. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  Operation operation(long n) {
    double draw = ((n * SPREAD) >>> 11) * 0x1.0p-53;
    Operation.Kind kind = draw < readShare ? Operation.Kind.READ : Operation.Kind.WRITE;
    return new Operation(kind, (int) (n % keys), (int) (n & Integer.MAX_VALUE));
  }
}
