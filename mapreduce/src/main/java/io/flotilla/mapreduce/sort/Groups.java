package io.flotilla.mapreduce.sort;

import io.flotilla.mapreduce.api.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Runs of records whose keys the order takes for equal: each a key and its values, which stream by once. */
public final class Groups<K, V> {
  private final RecordCursor cursor;
  private final KeyBytes order;
  private final Codec<K> keys;
  private final Codec<V> values;
  private final Values iterator = new Values();
  private byte[] key = new byte[64];
  private int keyLength;
  private long records;
  /** Whether the cursor stands on a record that nobody has been given yet, and whether that is of the group at hand. */
  private boolean pending;
  private boolean ofThisGroup;

  public Groups(RecordCursor cursor, KeyBytes order, Codec<K> keys, Codec<V> values) throws IOException {
    this.cursor = cursor;
    this.order = order;
    this.keys = keys;
    this.values = values;
    this.pending = cursor.next();
  }

  /** Moves to the next key, past the values of this one that nobody asked for. */
  public boolean next() throws IOException {
    while (ofThisGroup) {
      advance();
    }
    iterator.given = false;
    if (!pending) {
      return false;
    }
    keyLength = cursor.keyLength();
    if (key.length < keyLength) {
      key = new byte[Math.max(keyLength, key.length * 2)];
    }
    // A copy: the cursor's buffer is filled anew while the values stream by.
    System.arraycopy(cursor.array(), cursor.keyFrom(), key, 0, keyLength);
    ofThisGroup = true;
    return true;
  }

  /** The key, decoded; the group's first if the order takes different ones for equal. */
  public K key() {
    return keys.decode(key, 0, keyLength);
  }

  public byte[] keyArray() {
    return key;
  }

  public int keyLength() {
    return keyLength;
  }

  public Iterator<V> values() {
    return iterator;
  }

  /** Records read so far. */
  public long records() {
    return records;
  }

  private void advance() throws IOException {
    records++;
    pending = cursor.next();
    ofThisGroup = pending
        && order.compare(key, 0, keyLength, cursor.array(), cursor.keyFrom(), cursor.keyLength()) == 0;
  }

  /** Decodes a value when it is asked for, and only then lets the cursor go on at the next question. */
  private final class Values implements Iterator<V> {
    private boolean given;

    @Override
    public boolean hasNext() {
      if (given) {
        given = false;
        try {
          advance();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return ofThisGroup;
    }

    @Override
    public V next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      given = true;
      return values.decode(cursor.array(), cursor.valueFrom(), cursor.valueLength());
    }
  }
}
