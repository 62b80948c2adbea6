package io.flotilla.kv.store;

/** One shard's records in key order (unsigned bytes). Used by one thread; only what {@link #view} returns leaves it. */
public interface Store {
  /** What is under that key, or null: every operation passes here, so nothing is made to wrap it in. */
  Versioned get(byte[] key);

  /** Sets what is under that key; both stay as they are from now on. */
  void put(byte[] key, Versioned record);

  /** Removes what is under that key, if there is anything. */
  void remove(byte[] key);

  /**
   * Shows records in order, as long as the visitor asks for more.
   *
   * @param from the first key, if it is there, else the next after it; empty: from the very first
   */
  void scan(byte[] from, Visitor visitor);

  /** The records as they stand, for any thread, whatever is written afterwards. Quick to take, whatever the size. */
  View view();

  /** How many records there are. */
  long count();

  /** What keys, values and the structures around them take of memory, in bytes. */
  long sizeBytes();

  /** Records as they stood at one moment. Thread-safe. */
  interface View {
    long count();

    /** Shows all records in key order, as long as the visitor asks for more. */
    void forEach(Visitor visitor);
  }

  /** Sees records, one at a time. */
  @FunctionalInterface
  interface Visitor {
    /** Sees one record; returns whether to go on. */
    boolean visit(byte[] key, Versioned record);
  }
}
