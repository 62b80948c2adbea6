/**
 * The coordinator's judgement as a pure function. Start at {@link io.flotilla.mapreduce.coordinator.Scheduler#step}; then {@link
 * io.flotilla.mapreduce.coordinator.SchedulerState}, {@link io.flotilla.mapreduce.coordinator.Input}, {@link
 * io.flotilla.mapreduce.coordinator.Effect} and, on their order, {@link io.flotilla.mapreduce.coordinator.Step}. A worker says all in
 * one message, its {@link io.flotilla.mapreduce.coordinator.WorkerReport}.
 *
 * <p>Laws: no clock, I/O, logging or Pekko here; equal state and input give an equal step. The first completion of a task wins. A task
 * runs again only because an attempt failed, or what it had made was lost; a finished reduce task never does. Attempts are numbered by
 * the reign that starts them, so no number is used twice.
 */
package io.flotilla.mapreduce.coordinator;
