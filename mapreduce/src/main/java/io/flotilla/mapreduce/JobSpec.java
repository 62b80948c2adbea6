package io.flotilla.mapreduce;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A job as its submitter describes it.
 *
 * @param job a built-in job's name, or the name of a class in {@code jar}
 * @param input globs of absolute paths that all nodes see, or {@code kv:PREFIX} for the records of the store
 * @param output an absolute path, that of a folder that does not exist yet, or {@code kv:PREFIX}
 * @param reducers reduce tasks, and so parts of the output; 0: as the cluster is configured
 * @param params whatever the job reads, {@code pattern} of {@code grep} for one
 * @param jar an absolute path; empty for a built-in job
 */
public record JobSpec(String job, List<String> input, String output, int reducers, SortedMap<String, String> params,
    Optional<String> jar) {
  public JobSpec {
    input = List.copyOf(input);
    params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
  }
}
