package io.flotilla.mapreduce.registry;

/** What became of a {@link JobCommand}. */
public sealed interface LogReply {
  /** It holds. */
  record Accepted(long epoch) implements LogReply {}

  /** Nothing changed: another coordinator's reign, number {@code epoch}, has begun. */
  record Deposed(long epoch) implements LogReply {}

  /** Nothing changed: nobody can read it. */
  record Malformed(String detail) implements LogReply {}
}
