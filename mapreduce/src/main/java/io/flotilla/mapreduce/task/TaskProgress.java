package io.flotilla.mapreduce.task;

import io.flotilla.mapreduce.Counters;

/** How far an attempt is: from 0 to 1, never falling, with its counters so far. Its coming is a sign of life. */
public record TaskProgress(double fraction, Counters counters) {}
