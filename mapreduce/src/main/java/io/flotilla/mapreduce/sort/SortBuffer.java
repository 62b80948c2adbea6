package io.flotilla.mapreduce.sort;

import java.util.Arrays;

/**
 * Records of several partitions in one array, with an index that is sorted in their stead. A record is stored as it is written to
 * disk: length of key, length of value, key, value. Both arrays grow as needed, within the limit.
 */
public final class SortBuffer {
  /** Two numbers of the index for each record, and as much again to sort it. */
  private static final int INDEX_BYTES = 4 * Long.BYTES;
  private static final int FIRST_BYTES = 64 * 1024;

  private final KeyBytes keys;
  private final int partitions;
  private final long limitBytes;

  private byte[] data;
  private int used;
  /** For each record its key's prefix, then its partition (upper half) and position in {@link #data} (lower half). */
  private long[] index = new long[2048];
  private int records;

  public SortBuffer(KeyBytes keys, int partitions, int limitBytes) {
    this.keys = keys;
    this.partitions = partitions;
    this.limitBytes = limitBytes;
    this.data = new byte[Math.min(FIRST_BYTES, limitBytes)];
  }

  /** Whether a record of that size can be added, with {@code besidesBytes} of the limit used by others. */
  public boolean hasRoomFor(int keyLength, int valueLength, long besidesBytes) {
    long size = (long) keyLength + valueLength + 2 * Varint.MAX_BYTES;
    return used + size + (records + 1L) * INDEX_BYTES + besidesBytes <= limitBytes;
  }

  public boolean isEmpty() {
    return records == 0;
  }

  public int records() {
    return records;
  }

  public void clear() {
    used = 0;
    records = 0;
  }

  /** Adds a record, for which there is room. Returns its position. */
  public int append(int partition, byte[] key, int keyFrom, int keyLength, byte[] value, int valueLength) {
    int position = used;
    ensure(keyLength + valueLength + 2 * Varint.MAX_BYTES);
    int at = Varint.write(keyLength, data, position);
    at = Varint.write(valueLength, data, at);
    System.arraycopy(key, keyFrom, data, at, keyLength);
    System.arraycopy(value, 0, data, at + keyLength, valueLength);
    used = at + keyLength + valueLength;
    if (index.length < 2 * (records + 1)) {
      index = Arrays.copyOf(index, index.length * 2);
    }
    index[2 * records] = keys.prefix(key, keyFrom, keyLength);
    index[2 * records + 1] = ((long) partition << 32) | position;
    records++;
    return position;
  }

  byte[] data() {
    return data;
  }

  /** Where the key of the record at that position begins, if its lengths take so many bytes. */
  static int keyAt(byte[] data, int position) {
    int keyLength = Varint.read(data, position);
    int afterKeyLength = position + Varint.size(keyLength);
    return afterKeyLength + Varint.size(Varint.read(data, afterKeyLength));
  }

  /** Sorts: afterwards each partition has its cursor. Nothing may be added until {@link #clear}. */
  public Sorted sort() {
    long[] sorted = new long[2 * records];
    int[] firsts = distribute(sorted);
    IndexSort sort = new IndexSort(keys, data);
    for (int partition = 0; partition < partitions; partition++) {
      sort.sort(sorted, index, firsts[partition], firsts[partition + 1]);
    }
    return new Sorted(data, sorted, firsts);
  }

  /** Copies the index by partitions, in the order of arrival within each. Returns where each begins. */
  private int[] distribute(long[] target) {
    int[] firsts = new int[partitions + 1];
    for (int i = 0; i < records; i++) {
      firsts[(int) (index[2 * i + 1] >>> 32) + 1]++;
    }
    for (int partition = 0; partition < partitions; partition++) {
      firsts[partition + 1] += firsts[partition];
    }
    int[] next = firsts.clone();
    for (int i = 0; i < records; i++) {
      int to = next[(int) (index[2 * i + 1] >>> 32)]++;
      target[2 * to] = index[2 * i];
      target[2 * to + 1] = index[2 * i + 1];
    }
    return firsts;
  }

  private void ensure(int more) {
    if (data.length - used < more) {
      long wanted = Math.max((long) used + more, Math.min(limitBytes, data.length * 2L));
      data = Arrays.copyOf(data, (int) wanted);
    }
  }

  /** The buffer's records in order. */
  public record Sorted(byte[] data, long[] index, int[] firsts) {
    public RecordCursor partition(int partition) {
      return new IndexCursor(data, index, firsts[partition], firsts[partition + 1]);
    }
  }

  /** Walks over a stretch of the sorted index. */
  private static final class IndexCursor implements RecordCursor {
    private final byte[] data;
    private final long[] index;
    private final int end;
    private int next;
    private int keyFrom;
    private int keyLength;
    private int valueLength;

    IndexCursor(byte[] data, long[] index, int first, int end) {
      this.data = data;
      this.index = index;
      this.next = first;
      this.end = end;
    }

    @Override
    public boolean next() {
      if (next == end) {
        return false;
      }
      int position = (int) index[2 * next++ + 1];
      keyLength = Varint.read(data, position);
      int at = position + Varint.size(keyLength);
      valueLength = Varint.read(data, at);
      keyFrom = at + Varint.size(valueLength);
      return true;
    }

    @Override
    public byte[] array() {
      return data;
    }

    @Override
    public int keyFrom() {
      return keyFrom;
    }

    @Override
    public int keyLength() {
      return keyLength;
    }

    @Override
    public int valueFrom() {
      return keyFrom + keyLength;
    }

    @Override
    public int valueLength() {
      return valueLength;
    }

    @Override
    public void close() {}
  }
}
