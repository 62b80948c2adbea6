/** Pekko Persistence on RocksDB: journal and snapshot store plugins. */
package io.flotilla.persistence;
