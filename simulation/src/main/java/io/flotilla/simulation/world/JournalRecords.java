package io.flotilla.simulation.world;

import java.util.SortedMap;
import java.util.TreeMap;

/** One journal on a disk. Its end may be torn; whoever reads it next cuts that off. */
final class JournalRecords {
  private final TreeMap<Long, Records.Stored> records = new TreeMap<>();
  private long highestSequenceNr;
  private long deletedUpTo;
  private long bytes;

  void append(long sequenceNr, Records.Stored record) {
    cutOffTornEnd();
    records.put(sequenceNr, record);
    highestSequenceNr = Math.max(highestSequenceNr, sequenceNr);
    bytes += record.bytes().length;
  }

  /** The write that was under way got only so far. */
  void tear(long sequenceNr, Records.Stored record) {
    records.put(sequenceNr, record.torn());
  }

  /** Never falls, whatever is deleted. */
  long highestSequenceNr() {
    cutOffTornEnd();
    return highestSequenceNr;
  }

  void deleteUpTo(long sequenceNr) {
    deletedUpTo = Math.max(deletedUpTo, sequenceNr);
    SortedMap<Long, Records.Stored> gone = records.headMap(sequenceNr, true);
    gone.values().forEach(record -> bytes -= record.bytes().length);
    gone.clear();
  }

  SortedMap<Long, Records.Stored> between(long from, long to) {
    cutOffTornEnd();
    return from > to ? new TreeMap<>() : records.subMap(from, true, to, true);
  }

  long bytes() {
    return bytes;
  }

  private void cutOffTornEnd() {
    while (!records.isEmpty() && !records.lastEntry().getValue().isWhole()) {
      records.pollLastEntry();
    }
  }
}
