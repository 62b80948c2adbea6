package io.flotilla.simulation;

import io.flotilla.raft.law.Law;
import java.util.List;
import java.util.function.Supplier;

/** Which laws a run is held to, at every step. */
public final class Safety {
  /** All that there are. */
  public static final Supplier<List<Law>> ALL = Law::all;

  /** None: to see how much time the laws take. */
  public static final Supplier<List<Law>> NONE = List::of;

  private Safety() {}
}
