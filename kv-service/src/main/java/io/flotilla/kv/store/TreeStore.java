package io.flotilla.kv.store;

/** A store in memory: a {@link CopyOnWriteTree} that knows its size. */
public final class TreeStore implements Store {
  /**
   * Memory of a record besides its key and value: two array headers (16 each), the {@link Versioned} (32), two slots of a leaf
   * that is about two thirds full (12), its share of branches and of the object that a slot's copy lives in (4).
   */
  private static final long RECORD_OVERHEAD_BYTES = 80;

  private final CopyOnWriteTree<Versioned> tree = new CopyOnWriteTree<>();
  private long sizeBytes;

  @Override
  public Versioned get(byte[] key) {
    return tree.get(key);
  }

  @Override
  public void put(byte[] key, Versioned record) {
    Versioned former = tree.put(key, record);
    sizeBytes += former == null ? sizeOf(key, record) : padded(record.value().length) - padded(former.value().length);
  }

  @Override
  public void remove(byte[] key) {
    Versioned former = tree.remove(key);
    if (former != null) {
      sizeBytes -= sizeOf(key, former);
    }
  }

  @Override
  public void scan(byte[] from, Visitor visitor) {
    tree.scan(from, visitor::visit);
  }

  @Override
  public View view() {
    CopyOnWriteTree.View<Versioned> view = tree.view();
    return new View() {
      @Override
      public long count() {
        return view.count();
      }

      @Override
      public void forEach(Visitor visitor) {
        CopyOnWriteTree.scan(view, visitor::visit);
      }
    };
  }

  @Override
  public long count() {
    return tree.count();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  private static long sizeOf(byte[] key, Versioned record) {
    return RECORD_OVERHEAD_BYTES + padded(key.length) + padded(record.value().length);
  }

  /** Objects take multiples of 8 bytes. */
  private static long padded(int bytes) {
    return (bytes + 7L) & ~7L;
  }
}
