/**
 * Pekko Persistence on RocksDB: what users of the plugins see. A snapshot too big for one object is saved as a {@link
 * StreamedSnapshot} and found again through a {@link SnapshotArchive}; {@link CorruptedDataException} reports damage on
 * disk. The plugins are in {@link io.flotilla.persistence.rocksdb}, the serializer in {@link
 * io.flotilla.persistence.kryo}.
 */
package io.flotilla.persistence;
