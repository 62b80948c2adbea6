package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.registry.WorkerSite;

/**
 * A worker as it was heard last.
 *
 * @param number of that report
 */
record WorkerState(WorkerSite site, long number, long heardMillis, int slots) {
  /** If the coordinator itself stood still for so long, that is not the worker's silence. */
  WorkerState heardLater(long pausedMillis) {
    return new WorkerState(site, number, heardMillis + pausedMillis, slots);
  }
}
