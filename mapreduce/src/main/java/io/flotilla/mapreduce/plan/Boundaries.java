package io.flotilla.mapreduce.plan;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where partitions begin in a total order: at quantiles of a sample of the keys, taken from places all over the input. */
final class Boundaries {
  private static final int PLACES = 128;
  private static final int RECORDS_PER_PLACE = 100;
  private static final long PLACE_BYTES = 256 * 1024;

  private Boundaries() {}

  static List<byte[]> of(JobProbe probe, JobSpec spec, List<InputSplit> splits, int reducers) throws JobRefusedException {
    if (reducers == 1) {
      return List.of();
    }
    List<byte[]> keys = new ArrayList<>(probe.sampleKeys(spec, places(splits), RECORDS_PER_PLACE));
    keys.sort(Arrays::compareUnsigned);
    List<byte[]> boundaries = new ArrayList<>();
    for (int partition = 1; partition < reducers; partition++) {
      boundaries.add(keys.isEmpty() ? new byte[0] : keys.get((int) ((long) keys.size() * partition / reducers)));
    }
    return boundaries;
  }

  /** Beginnings of ranges, evenly over them all; a long range gives several. */
  private static List<InputRange> places(List<InputSplit> splits) {
    List<InputRange> ranges = splits.stream().flatMap(split -> split.ranges().stream()).toList();
    int perRange = Math.max(1, PLACES / ranges.size());
    int step = Math.max(1, ranges.size() / PLACES);
    List<InputRange> places = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i += step) {
      switch (ranges.get(i)) {
        case InputRange.FileRange file -> {
          for (int place = 0; place < perRange; place++) {
            long from = file.firstByte() + file.lengthBytes() * place / perRange;
            long end = Math.min(file.firstByte() + file.lengthBytes() * (place + 1) / perRange, from + PLACE_BYTES);
            if (end > from) {
              places.add(new InputRange.FileRange(file.path(), from, end - from));
            }
          }
        }
        case InputRange.KeyRange keys -> places.add(keys);
      }
    }
    return places;
  }
}
