package io.flotilla.mapreduce;

import java.util.List;

/**
 * What one map task reads (§3.1 of the paper). Small files share one.
 *
 * @param nodes where it is best read, best first; empty if that is the same everywhere
 */
public record InputSplit(List<InputRange> ranges, List<String> nodes) {
  public InputSplit {
    ranges = List.copyOf(ranges);
    nodes = List.copyOf(nodes);
  }
}
