package io.flotilla.bench;

/**
 * One thing to ask of the store.
 *
 * @param key number of the key, from 0
 * @param value number of the value, see {@link Values}; of no meaning to a read
 */
record Operation(Kind kind, int key, int value) {
  enum Kind {
    READ, WRITE
  }
}
