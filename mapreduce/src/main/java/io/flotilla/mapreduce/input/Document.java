package io.flotilla.mapreduce.input;

import java.io.InputStream;

/**
 * A file or value that is being read.
 *
 * @param source a path, or {@code kv:KEY}
 * @param bytes from {@code firstByte} on
 * @param firstByte where to begin
 * @param endByte records that begin here or later are somebody else's
 */
record Document(String source, InputStream bytes, long firstByte, long endByte) {}
