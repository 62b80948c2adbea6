package io.flotilla.mapreduce.sort;

import java.io.IOException;
import java.util.List;

/** Sorted cursors as one: a heap of those that have a record, the least on top. */
public final class MergeCursor implements RecordCursor {
  private final KeyBytes keys;
  private final List<? extends RecordCursor> all;
  private final RecordCursor[] heap;
  private final long[] prefixes;
  private int size;
  private boolean started;

  /** Owns the cursors from here on. */
  public MergeCursor(KeyBytes keys, List<? extends RecordCursor> cursors) {
    this.keys = keys;
    this.all = List.copyOf(cursors);
    this.heap = new RecordCursor[all.size()];
    this.prefixes = new long[all.size()];
  }

  @Override
  public boolean next() throws IOException {
    if (!started) {
      start();
    } else if (size > 0) {
      advanceTop();
    }
    return size > 0;
  }

  private void start() throws IOException {
    started = true;
    for (RecordCursor cursor : all) {
      if (cursor.next()) {
        place(size++, cursor);
      } else {
        cursor.close();
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  private void advanceTop() throws IOException {
    RecordCursor top = heap[0];
    if (top.next()) {
      place(0, top);
    } else {
      top.close();
      size--;
      heap[0] = heap[size];
      prefixes[0] = prefixes[size];
    }
    if (size > 1) {
      siftDown(0);
    }
  }

  private void place(int at, RecordCursor cursor) {
    heap[at] = cursor;
    prefixes[at] = keys.prefix(cursor.array(), cursor.keyFrom(), cursor.keyLength());
  }

  private void siftDown(int from) {
    int at = from;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isLess(child + 1, child)) {
        child++;
      }
      if (!isLess(child, at)) {
        return;
      }
      swap(at, child);
      at = child;
    }
  }

  private boolean isLess(int left, int right) {
    return prefixes[left] != prefixes[right] ? prefixes[left] < prefixes[right] : compareKeys(heap[left], heap[right]) < 0;
  }

  private int compareKeys(RecordCursor left, RecordCursor right) {
    return keys.compare(left.array(), left.keyFrom(), left.keyLength(), right.array(), right.keyFrom(), right.keyLength());
  }

  private void swap(int left, int right) {
    RecordCursor cursor = heap[left];
    heap[left] = heap[right];
    heap[right] = cursor;
    long prefix = prefixes[left];
    prefixes[left] = prefixes[right];
    prefixes[right] = prefix;
  }

  @Override
  public byte[] array() {
    return heap[0].array();
  }

  @Override
  public int keyFrom() {
    return heap[0].keyFrom();
  }

  @Override
  public int keyLength() {
    return heap[0].keyLength();
  }

  @Override
  public int valueFrom() {
    return heap[0].valueFrom();
  }

  @Override
  public int valueLength() {
    return heap[0].valueLength();
  }

  @Override
  public void close() throws IOException {
    for (RecordCursor cursor : all) {
      cursor.close();
    }
  }
}
