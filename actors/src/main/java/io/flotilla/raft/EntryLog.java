package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The log in memory: the entries after a base, which a snapshot covers. Immutable to look at; appending is cheap all the same,
 * since a log and the one made by appending to it share an array, as Go's slices do: the first to append owns the room after its
 * end, anyone else who appends at the same place copies. All versions of a log belong to one thread.
 */
public final class EntryLog {
  /** The array that versions of a log share; only what nobody sees yet, from {@code used} on, is ever written. */
  private static final class Shared {
    final LogEntry[] entries;
    int used;

    Shared(int capacity) {
      entries = new LogEntry[capacity];
    }
  }

  private static final int MIN_CAPACITY = 64;

  private final long baseIndex;
  private final long baseTerm;
  private final Membership baseMembership;
  private final Shared shared;
  private final int count;
  private final long sizeBytes;
  private final List<LogEntry.Reconfiguration> reconfigurations;

  private EntryLog(long baseIndex, long baseTerm, Membership baseMembership, Shared shared, int count, long sizeBytes,
      List<LogEntry.Reconfiguration> reconfigurations) {
    this.baseIndex = baseIndex;
    this.baseTerm = baseTerm;
    this.baseMembership = baseMembership;
    this.shared = shared;
    this.count = count;
    this.sizeBytes = sizeBytes;
    this.reconfigurations = reconfigurations;
  }

  /** A log without entries, whose next entry gets {@code baseIndex + 1}. */
  public static EntryLog empty(long baseIndex, long baseTerm, Membership baseMembership) {
    return new EntryLog(baseIndex, baseTerm, baseMembership, new Shared(MIN_CAPACITY), 0, 0, List.of());
  }

  /** The index just before the first entry here: 0, or what a snapshot covers. */
  public long baseIndex() {
    return baseIndex;
  }

  public long baseTerm() {
    return baseTerm;
  }

  /** The membership as of {@link #baseIndex}. */
  public Membership baseMembership() {
    return baseMembership;
  }

  public long lastIndex() {
    return baseIndex + count;
  }

  public long lastTerm() {
    return count == 0 ? baseTerm : at(count - 1).term();
  }

  /** What the entries cost in memory, in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** The term at an index from {@link #baseIndex} to {@link #lastIndex}. */
  public long termAt(long index) {
    return index == baseIndex ? baseTerm : entry(index).term();
  }

  /** Whether the term at {@code index} is known here. */
  public boolean covers(long index) {
    return index >= baseIndex && index <= lastIndex();
  }

  /** Whether this log holds an entry (or its base) with that index and term. */
  public boolean matches(long index, long term) {
    return covers(index) && termAt(index) == term;
  }

  public LogEntry entry(long index) {
    check(index > baseIndex && index <= lastIndex(), "index %d in (%d, %d]", index, baseIndex, lastIndex());
    return at((int) (index - baseIndex - 1));
  }

  /** The membership in force: the latest in the log, committed or not (§6). */
  public Membership membership() {
    return reconfigurations.isEmpty() ? baseMembership : reconfigurations.getLast().membership();
  }

  /** Where {@link #membership} stands; {@link #baseIndex} if the base has it. */
  public long membershipIndex() {
    return reconfigurations.isEmpty() ? baseIndex : reconfigurations.getLast().index();
  }

  /** The membership in force as of {@code index}. */
  public Membership membershipAt(long index) {
    Membership membership = baseMembership;
    for (LogEntry.Reconfiguration reconfiguration : reconfigurations) {
      if (reconfiguration.index() <= index) {
        membership = reconfiguration.membership();
      }
    }
    return membership;
  }

  /**
   * The memberships of which any may be in force if all up to {@code index} is committed, and nobody knows how much more: the one
   * as of there and those after it, the latest last.
   */
  public List<Membership> membershipsFrom(long index) {
    List<Membership> memberships = new ArrayList<>(List.of(membershipAt(index)));
    reconfigurations.stream().filter(reconfiguration -> reconfiguration.index() > index)
        .forEach(reconfiguration -> memberships.add(reconfiguration.membership()));
    return memberships;
  }

  /** The entries from {@code firstIndex} up to {@code lastIndex}, both included; empty if {@code firstIndex} is greater. */
  public List<LogEntry> entries(long firstIndex, long lastIndex) {
    if (firstIndex > lastIndex) {
      return List.of();
    }
    check(firstIndex > baseIndex && lastIndex <= lastIndex(), "[%d, %d] in (%d, %d]", firstIndex, lastIndex,
        baseIndex, lastIndex());
    int start = (int) (firstIndex - baseIndex - 1);
    int length = (int) (lastIndex - firstIndex + 1);
    return Collections.unmodifiableList(Arrays.asList(Arrays.copyOfRange(shared.entries, start, start + length)));
  }

  /**
   * The entries from {@code firstIndex} on that fit one message.
   *
   * @return at most {@code maxEntries} of at most {@code maxBytes} together, but at least one if there is any
   */
  public List<LogEntry> batch(long firstIndex, int maxEntries, long maxBytes) {
    return entries(firstIndex, lastOfBatch(firstIndex, maxEntries, maxBytes));
  }

  /** The index of the last of them; {@code firstIndex - 1} if there are none. */
  long lastOfBatch(long firstIndex, int maxEntries, long maxBytes) {
    long lastIndex = firstIndex - 1;
    long bytes = 0;
    while (lastIndex < lastIndex() && lastIndex - firstIndex + 1 < maxEntries) {
      bytes += entry(lastIndex + 1).sizeBytes();
      if (bytes > maxBytes && lastIndex >= firstIndex) {
        break;
      }
      lastIndex++;
    }
    return lastIndex;
  }

  /** This log with more entries; where one of them has an index that is taken, it and all that follow replace what was there. */
  public EntryLog append(List<? extends LogEntry> entries) {
    if (entries.isEmpty()) {
      return this;
    }
    EntryLog kept = truncateFrom(entries.getFirst().index());
    Shared target = kept.roomFor(entries.size());
    long bytes = kept.sizeBytes;
    long previousIndex = kept.lastIndex();
    long previousTerm = kept.lastTerm();
    List<LogEntry.Reconfiguration> memberships = kept.reconfigurations;
    for (LogEntry entry : entries) {
      check(entry.index() == previousIndex + 1, "index %d follows %d", entry.index(), previousIndex);
      check(entry.term() >= previousTerm, "term %d of index %d is not below %d", entry.term(), entry.index(), previousTerm);
      target.entries[target.used++] = entry;
      bytes += entry.sizeBytes();
      previousIndex = entry.index();
      previousTerm = entry.term();
      if (entry instanceof LogEntry.Reconfiguration reconfiguration) {
        memberships = new ArrayList<>(memberships);
        memberships.add(reconfiguration);
      }
    }
    return new EntryLog(baseIndex, baseTerm, baseMembership, target, kept.count + entries.size(), bytes, memberships);
  }

  /** This log without the entries from {@code index} on. */
  public EntryLog truncateFrom(long index) {
    check(index > baseIndex, "index %d is after the base %d", index, baseIndex);
    if (index > lastIndex()) {
      return this;
    }
    int kept = (int) (index - baseIndex - 1);
    long bytes = sizeBytes;
    for (int position = kept; position < count; position++) {
      bytes -= at(position).sizeBytes();
    }
    return new EntryLog(baseIndex, baseTerm, baseMembership, shared, kept, bytes,
        reconfigurations.stream().filter(reconfiguration -> reconfiguration.index() < index).toList());
  }

  /** This log with its base moved up to {@code index}, which it covers; in an array of its own, so what went is free. */
  public EntryLog compactTo(long index) {
    if (index <= baseIndex) {
      return this;
    }
    EntryLog compacted = empty(index, termAt(index), membershipAt(index));
    return compacted.append(entries(index + 1, lastIndex()));
  }

  /**
   * What remains of this log once a snapshot is installed: the entries after it if this log agrees with the snapshot at its last
   * entry, else none (Figure 13, steps 6 and 7).
   */
  public EntryLog afterSnapshot(long lastIncludedIndex, long lastIncludedTerm, Membership membership) {
    return matches(lastIncludedIndex, lastIncludedTerm)
        ? compactTo(lastIncludedIndex)
        : empty(lastIncludedIndex, lastIncludedTerm, membership);
  }

  private LogEntry at(int position) {
    return shared.entries[position];
  }

  /** The shared array if this version's end is where it is filled to and there is room, else a copy that is this one's own. */
  private Shared roomFor(int more) {
    if (shared.used == count && shared.entries.length - count >= more) {
      return shared;
    }
    Shared copy = new Shared(Math.max(MIN_CAPACITY, (count + more) * 2));
    System.arraycopy(shared.entries, 0, copy.entries, 0, count);
    copy.used = count;
    return copy;
  }

  @Override
  public String toString() {
    return "EntryLog(%d, %d] lastTerm=%d".formatted(baseIndex, lastIndex(), lastTerm());
  }
}
