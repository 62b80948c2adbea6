package io.flotilla.mapreduce.plan;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.plan.Globs.InputFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Packs files into splits: think of them as one long tape, cut into pieces of the same length. A file that is longer than a piece is
 * cut where the tape is; a shorter one stays whole and goes where its middle lies. Opening a file costs as much as reading some of
 * it, so each counts for a little more than its size, or 10,000 empty files would make one task.
 */
final class FileSplits {
  static final long OPEN_COST_BYTES = 32 * 1024;
  /** Several for each slot, so that a slow task or a lost node costs little (§3.5 of the paper). */
  private static final int TASKS_PER_SLOT = 4;
  /** Files that are not cut are one task each, unless there are more of them. */
  private static final int MIN_WHOLE_FILE_TASKS = 64;
  private static final int WHOLE_FILE_TASKS_PER_SLOT = 16;

  private FileSplits() {}

  /** Splits of files that may be cut. */
  static List<InputSplit> cutting(List<InputFile> files, long minBytes, long maxBytes, int slots) {
    long total = files.stream().mapToLong(FileSplits::weight).sum();
    long goal = Math.clamp(ceil(total, (long) slots * TASKS_PER_SLOT), minBytes, maxBytes);
    long count = Math.max(ceil(total, goal), slots);
    Tape tape = new Tape(total, count);
    for (InputFile file : files) {
      tape.add(file, file.sizeBytes() > tape.pieceBytes());
    }
    return tape.splits();
  }

  /** Splits of whole files: each one's own as long as they are few. */
  static List<InputSplit> whole(List<InputFile> files, int slots) {
    long most = Math.max(MIN_WHOLE_FILE_TASKS, (long) slots * WHOLE_FILE_TASKS_PER_SLOT);
    if (files.size() <= most) {
      return files.stream().map(file -> new InputSplit(List.of(range(file, 0, file.sizeBytes())), List.of())).toList();
    }
    Tape tape = new Tape(files.stream().mapToLong(FileSplits::weight).sum(), most);
    files.forEach(file -> tape.add(file, false));
    return tape.splits();
  }

  private static long weight(InputFile file) {
    return file.sizeBytes() + OPEN_COST_BYTES;
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private static InputRange range(InputFile file, long firstByte, long endByte) {
    return new InputRange.FileRange(file.path(), firstByte, endByte - firstByte);
  }

  /** The files one after the other. */
  private static final class Tape {
    private final long total;
    private final long pieces;
    private final SortedMap<Long, List<InputRange>> ranges = new TreeMap<>();
    private long position;

    Tape(long total, long pieces) {
      this.total = total;
      this.pieces = pieces;
    }

    long pieceBytes() {
      return ceil(total, pieces);
    }

    void add(InputFile file, boolean cut) {
      if (cut) {
        addPieces(file);
      } else {
        put(pieceAt(position + weight(file) / 2), range(file, 0, file.sizeBytes()));
      }
      position += weight(file);
    }

    /** Cuts in proportion, as if the cost of opening were spread over the file; slivers stay with their neighbour. */
    private void addPieces(InputFile file) {
      long sliver = pieceBytes() / 10;
      long from = 0;
      for (long piece = pieceAt(position); from < file.sizeBytes(); piece++) {
        double share = (double) (firstOf(piece + 1) - position) / weight(file);
        long to = Math.min(file.sizeBytes(), Math.round(share * file.sizeBytes()));
        boolean last = file.sizeBytes() - to < sliver;
        long end = last ? file.sizeBytes() : to;
        if (last || end - from >= sliver) {
          put(piece, range(file, from, end));
          from = end;
        }
      }
    }

    private void put(long piece, InputRange range) {
      ranges.computeIfAbsent(piece, _ -> new ArrayList<>()).add(range);
    }

    private long pieceAt(long at) {
      return Math.min(pieces - 1, at / pieceBytes());
    }

    private long firstOf(long piece) {
      return piece * pieceBytes();
    }

    List<InputSplit> splits() {
      return ranges.values().stream().map(list -> new InputSplit(list, List.of())).toList();
    }
  }
}
