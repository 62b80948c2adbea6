package io.flotilla.simulation.linearizability;

/** What a client asked of one key. */
public sealed interface Call {
  record Put(String value) implements Call {}

  record Get() implements Call {}

  record Append(String suffix) implements Call {}

  record Delete() implements Call {}

  /** A put that applies only at that version; 0: only if the key is absent. */
  record Cas(long version, String value) implements Call {}
}
