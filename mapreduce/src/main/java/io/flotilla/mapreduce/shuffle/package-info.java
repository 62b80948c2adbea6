/**
 * How map output gets to reduce tasks (§3.1, §4.2 of the paper): over streams of their own, not through actors. On each node a
 * {@link io.flotilla.mapreduce.shuffle.SegmentServer} answers with segments from its disk;
 * {@link io.flotilla.mapreduce.shuffle.Shuffle} fetches those of one partition from all nodes,
 * {@link io.flotilla.mapreduce.shuffle.SegmentConnection} is one of its connections, {@link io.flotilla.mapreduce.shuffle.Wire} what
 * travels on it.
 */
package io.flotilla.mapreduce.shuffle;
