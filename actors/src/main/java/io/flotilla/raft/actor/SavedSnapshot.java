package io.flotilla.raft.actor;

import io.flotilla.raft.Membership;

/** A durable snapshot of this replica; {@code sequenceNr} is where the snapshot store has it. */
record SavedSnapshot(long lastIncludedIndex, long lastIncludedTerm, Membership membership, long sequenceNr) {}
