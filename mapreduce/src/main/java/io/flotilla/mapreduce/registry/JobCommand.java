package io.flotilla.mapreduce.registry;

import java.util.List;

/** What stands in the log. */
public sealed interface JobCommand {
  /**
   * Somebody coordinates from now on, and nobody else.
   *
   * @param coordinator unique to its reign
   */
  record Coordinate(String coordinator) implements JobCommand {}

  /** Changes of the coordinator whose reign has that number; all of them, or, from one that was deposed, none. */
  record Change(long epoch, List<JobChange> changes) implements JobCommand {
    public Change {
      changes = List.copyOf(changes);
    }
  }
}
