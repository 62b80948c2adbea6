package io.flotilla.kv.store;

import java.util.Arrays;
import java.util.function.BiPredicate;

/**
 * A B+ tree from byte strings (unsigned order) to values, of which a frozen view costs nothing to take. Nodes belong to the
 * generation that made them; {@link #view} begins a new one. A write changes nodes of its own generation in place and copies
 * older ones first, which a view may show. So between two views each node is copied at most once.
 *
 * <p>Chosen over a persistent map that copies a path at each write: decision 0020 has the figures. Used by one thread; a view may
 * be handed to another by any means that makes earlier writes visible to it.
 *
 * <p>Leaves hold up to {@value #CAPACITY} entries. A node that falls under a quarter joins a neighbour if both fit in three
 * quarters; a node may thus be small, but not two neighbours.
 */
final class CopyOnWriteTree<V> {
  static final int CAPACITY = 64;
  private static final int SMALL = CAPACITY / 4;
  private static final int FITS = CAPACITY * 3 / 4;

  private long generation;
  private Node<V> root = new Node<>(generation, true);
  private long count;

  /** The tree as it stood when this was made. */
  record View<V>(Node<V> root, long count) {}

  /**
   * A leaf, with keys and values, or a branch, whose values are nodes: child i has the keys from {@code keys[i]} on, and before
   * {@code keys[i + 1]}; {@code keys[0]} of a branch is never looked at.
   */
  private static final class Node<V> {
    final long generation;
    final boolean leaf;
    int size;
    final byte[][] keys;
    final Object[] values;

    Node(long generation, boolean leaf) {
      this(generation, leaf, 0, new byte[CAPACITY][], new Object[CAPACITY]);
    }

    Node(long generation, boolean leaf, int size, byte[][] keys, Object[] values) {
      this.generation = generation;
      this.leaf = leaf;
      this.size = size;
      this.keys = keys;
      this.values = values;
    }

    Node<V> copyFor(long newGeneration) {
      return new Node<>(newGeneration, leaf, size, keys.clone(), values.clone());
    }

    @SuppressWarnings("unchecked") // What a branch holds.
    Node<V> child(int index) {
      return (Node<V>) values[index];
    }

    @SuppressWarnings("unchecked") // What a leaf holds.
    V value(int index) {
      return (V) values[index];
    }

    /** Where the key is, or {@code -(place) - 1}. */
    int find(byte[] key) {
      return search(key, 0);
    }

    int childFor(byte[] key) {
      int found = search(key, 1);
      return found >= 0 ? found : -found - 2;
    }

    private int search(byte[] key, int from) {
      int low = from;
      int high = size - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = Arrays.compareUnsigned(keys[middle], key);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -low - 1;
    }

    void insert(int index, byte[] key, Object value) {
      System.arraycopy(keys, index, keys, index + 1, size - index);
      System.arraycopy(values, index, values, index + 1, size - index);
      keys[index] = key;
      values[index] = value;
      size++;
    }

    void delete(int index) {
      size--;
      System.arraycopy(keys, index + 1, keys, index, size - index);
      System.arraycopy(values, index + 1, values, index, size - index);
      keys[size] = null;
      values[size] = null;
    }

    /** Gives all from that place on to a new node. */
    Node<V> split(int at) {
      Node<V> right = new Node<>(generation, leaf);
      right.size = size - at;
      System.arraycopy(keys, at, right.keys, 0, right.size);
      System.arraycopy(values, at, right.values, 0, right.size);
      Arrays.fill(keys, at, size, null);
      Arrays.fill(values, at, size, null);
      size = at;
      return right;
    }

    void takeAll(Node<V> right, byte[] rightLowest) {
      System.arraycopy(right.keys, 0, keys, size, right.size);
      System.arraycopy(right.values, 0, values, size, right.size);
      if (!leaf) {
        keys[size] = rightLowest; // right.keys[0] was never looked at, and need not hold.
      }
      size += right.size;
    }
  }

  long count() {
    return count;
  }

  View<V> view() {
    generation++;
    return new View<>(root, count);
  }

  V get(byte[] key) {
    Node<V> node = root;
    while (!node.leaf) {
      node = node.child(node.childFor(key));
    }
    int found = node.find(key);
    return found < 0 ? null : node.value(found);
  }

  /** Sets the value and returns the former one, or null. */
  V put(byte[] key, V value) {
    root = own(root);
    if (root.size == CAPACITY) {
      Node<V> above = new Node<>(generation, false);
      above.insert(0, root.keys[0], root);
      splitChild(above, 0, key);
      root = above;
    }
    Node<V> node = root;
    while (!node.leaf) {
      int index = node.childFor(key);
      Node<V> child = ownChild(node, index);
      if (child.size == CAPACITY) {
        child = splitChild(node, index, key);
      }
      node = child;
    }
    int found = node.find(key);
    if (found >= 0) {
      V former = node.value(found);
      node.values[found] = value;
      return former;
    }
    node.insert(-found - 1, key, value);
    count++;
    return null;
  }

  /** Removes the key and returns what was there, or null. */
  V remove(byte[] key) {
    if (get(key) == null) {
      return null; // Nothing needs to be copied.
    }
    root = own(root);
    V former = remove(root, key);
    while (!root.leaf && root.size == 1) {
      root = root.child(0);
    }
    count--;
    return former;
  }

  /** Shows entries in order from that key on, as long as the visitor asks for more. */
  void scan(byte[] from, BiPredicate<byte[], V> visitor) {
    scan(root, from, visitor);
  }

  /** Shows all entries of a view in order, as long as the visitor asks for more. */
  static <V> void scan(View<V> view, BiPredicate<byte[], V> visitor) {
    scan(view.root, new byte[0], visitor);
  }

  private static <V> boolean scan(Node<V> node, byte[] from, BiPredicate<byte[], V> visitor) {
    if (!node.leaf) {
      for (int i = node.childFor(from); i < node.size; i++) {
        if (!scan(node.child(i), from, visitor)) {
          return false;
        }
      }
      return true;
    }
    int found = node.find(from);
    for (int i = found >= 0 ? found : -found - 1; i < node.size; i++) {
      if (!visitor.test(node.keys[i], node.value(i))) {
        return false;
      }
    }
    return true;
  }

  /** Splits a full child in two and returns the half that the key belongs to. */
  private Node<V> splitChild(Node<V> parent, int index, byte[] key) {
    Node<V> left = parent.child(index);
    // Keys that arrive in order, as from a snapshot, would leave all nodes half full: past the last one, leave it nearly full.
    boolean beyondAll = index == parent.size - 1 && Arrays.compareUnsigned(key, left.keys[CAPACITY - 1]) > 0;
    Node<V> right = left.split(beyondAll ? CAPACITY - 1 : CAPACITY / 2);
    parent.insert(index + 1, right.keys[0], right);
    return Arrays.compareUnsigned(key, right.keys[0]) < 0 ? left : right;
  }

  private V remove(Node<V> node, byte[] key) {
    if (node.leaf) {
      int found = node.find(key);
      V former = node.value(found);
      node.delete(found);
      return former;
    }
    int index = node.childFor(key);
    Node<V> child = ownChild(node, index);
    V former = remove(child, key);
    if (child.size < SMALL) {
      joinNeighbour(node, index);
    }
    return former;
  }

  private void joinNeighbour(Node<V> parent, int index) {
    if (parent.size == 1) {
      return;
    }
    int left = index == 0 ? 0 : index - 1;
    if (parent.child(left).size + parent.child(left + 1).size <= FITS) {
      ownChild(parent, left).takeAll(parent.child(left + 1), parent.keys[left + 1]);
      parent.delete(left + 1);
    } else if (parent.child(index).size == 0) {
      parent.delete(index);
    }
  }

  private Node<V> ownChild(Node<V> parent, int index) {
    Node<V> child = own(parent.child(index));
    parent.values[index] = child;
    return child;
  }

  private Node<V> own(Node<V> node) {
    return node.generation == generation ? node : node.copyFor(generation);
  }
}
