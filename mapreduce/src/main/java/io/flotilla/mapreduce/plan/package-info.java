/**
 * Cuts a job into tasks before any of them runs (§3.1, §3.5 of the paper): {@link io.flotilla.mapreduce.plan.FileJobPlanner}. It finds
 * the files ({@link io.flotilla.mapreduce.plan.Globs}), packs them into splits of about equal size
 * ({@link io.flotilla.mapreduce.plan.FileSplits}; {@link io.flotilla.mapreduce.plan.KeySplits} for the store), and for a total order
 * samples keys ({@link io.flotilla.mapreduce.plan.Boundaries}).
 */
package io.flotilla.mapreduce.plan;
