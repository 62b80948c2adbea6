package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.api.Partitioner;
import io.flotilla.mapreduce.sort.KeyBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which partition a key goes to: the job's own choice, its range, or its hash. */
final class PartitionChooser<K> {
  private final Optional<Partitioner<K>> partitioner;
  private final byte[][] boundaries;
  private final int reducers;

  PartitionChooser(Optional<Partitioner<K>> partitioner, List<byte[]> boundaries, int reducers) {
    this.partitioner = partitioner;
    this.boundaries = boundaries.toArray(byte[][]::new);
    this.reducers = reducers;
  }

  int choose(K key, byte[] bytes, int from, int length, long hash) {
    if (partitioner.isPresent()) {
      return checked(partitioner.get().partition(key, reducers));
    }
    return boundaries.length > 0 ? range(bytes, from, length) : KeyBytes.partition(hash, reducers);
  }

  private int checked(int partition) {
    if (partition < 0 || partition >= reducers) {
      throw new IndexOutOfBoundsException("the partitioner gave %d, where 0 to %d are allowed".formatted(partition, reducers - 1));
    }
    return partition;
  }

  /** How many boundaries are at or before the key: each is the first key of its partition. */
  private int range(byte[] bytes, int from, int length) {
    int low = 0;
    int high = boundaries.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      byte[] boundary = boundaries[middle];
      if (Arrays.compareUnsigned(boundary, 0, boundary.length, bytes, from, from + length) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
