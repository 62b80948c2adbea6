/**
 * Sorting records in bounded memory (§4.2 of the paper). A {@link io.flotilla.mapreduce.sort.SortBuffer} gathers encoded records,
 * with a {@link io.flotilla.mapreduce.sort.SummingTable} before it where numbers are merged as they come; full, it is sorted and
 * spilled as a {@link io.flotilla.mapreduce.sort.SegmentFile}, one segment a partition. Whatever is sorted is read through a
 * {@link io.flotilla.mapreduce.sort.RecordCursor}: a {@link io.flotilla.mapreduce.sort.SegmentCursor}, or a
 * {@link io.flotilla.mapreduce.sort.MergeCursor} over several; {@link io.flotilla.mapreduce.sort.Groups} are its runs of equal keys.
 * <p>Knows nothing of tasks, jobs and the network.
 */
package io.flotilla.mapreduce.sort;
