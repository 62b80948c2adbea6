package io.flotilla.kv.registry;

/** What became of a {@link RegistryCommand}. */
public sealed interface RegistryReply {
  /** It holds; {@code number} is the registry's now. */
  record Accepted(long number) implements RegistryReply {}

  /** Nothing changed. */
  record Refused(Reason reason, String detail) implements RegistryReply {}

  /** Why a command was refused. */
  enum Reason {
    NOT_FOUND, CONFLICT, INVALID
  }
}
