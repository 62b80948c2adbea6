package io.flotilla.simulation.linearizability;

/** What a client learnt of its call. */
public sealed interface Outcome {
  /** The store said what came of it. */
  sealed interface Answered extends Outcome {}

  /** A put, append or cas was applied, and the key had this version then. */
  record Written(long version) implements Answered {}

  record Deleted(boolean existed) implements Answered {}

  /** A get found this. */
  record Found(String value, long version) implements Answered {}

  /** A get found nothing. */
  record Absent() implements Answered {}

  /** A cas was not applied, as the key had this version. */
  record VersionDiffers(long version) implements Answered {}

  /** The store promised that nothing was applied and nothing will be. */
  record NotApplied() implements Outcome {}

  /** Nobody knows: it may take effect at any time after the call, once, or never. */
  record Unknown() implements Outcome {}
}
