package io.flotilla.mapreduce.plan;

import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobPlanner;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.output.JobOutput;
import io.flotilla.mapreduce.output.OutputFolder;
import io.flotilla.mapreduce.output.OutputKeys;
import io.flotilla.mapreduce.store.RecordStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans jobs over files that all nodes see, and over the store. */
public final class FileJobPlanner implements JobPlanner {
  private static final Logger LOG = LoggerFactory.getLogger(FileJobPlanner.class);

  private final MapReduceSettings settings;
  private final JobProbe probe;
  private final Optional<RecordStore> store;

  /**
   * A planner.
   *
   * @param probe asks the jobs' classes
   * @param store for {@code kv:PREFIX}
   */
  public FileJobPlanner(MapReduceSettings settings, JobProbe probe, Optional<RecordStore> store) {
    this.settings = settings;
    this.probe = probe;
    this.store = store;
  }

  @Override
  public JobPlan plan(JobSpec spec, int slots) throws JobRefusedException {
    try {
      int reducers = reducers(spec, slots);
      JobProbe.Traits traits = probe.traits(spec);
      outputOf(spec).requireAbsent();
      List<InputSplit> splits = splits(spec, traits, slots);
      return new JobPlan(splits, reducers, traits.totalOrder() ? Boundaries.of(probe, spec, splits, reducers) : List.of());
    } catch (IOException | UncheckedIOException e) {
      throw Refusals.invalid("the job cannot be planned: " + e.getMessage());
    }
  }

  @Override
  public void prepareOutput(String jobId, JobSpec spec) throws JobRefusedException {
    try {
      outputOf(spec).prepare(jobId);
    } catch (IOException e) {
      throw Refusals.invalid("the output %s cannot be written: %s".formatted(spec.output(), e));
    }
  }

  @Override
  public void commitOutput(String jobId, JobSpec spec) throws JobRefusedException {
    try {
      outputOf(spec).commit(jobId);
    } catch (IOException e) {
      throw Refusals.invalid("the output %s cannot be written: %s".formatted(spec.output(), e));
    }
  }

  @Override
  public void abortOutput(String jobId, JobSpec spec) {
    try {
      outputOf(spec).abort(jobId);
    } catch (IOException | JobRefusedException e) {
      LOG.warn("What job {} wrote to {} stays there", jobId, spec.output(), e);
    }
  }

  private int reducers(JobSpec spec, int slots) throws JobRefusedException {
    if (spec.reducers() < 0 || spec.reducers() > MapReduceSettings.MAX_REDUCERS) {
      throw Refusals.invalid("a job has 1 to %d reducers, or 0 for as many as the cluster is configured for, not %d"
          .formatted(MapReduceSettings.MAX_REDUCERS, spec.reducers()));
    }
    if (spec.reducers() > 0) {
      return spec.reducers();
    }
    return settings.defaultReducers() > 0 ? settings.defaultReducers() : Math.clamp(slots, 1, MapReduceSettings.MAX_REDUCERS);
  }

  private List<InputSplit> splits(JobSpec spec, JobProbe.Traits traits, int slots) throws JobRefusedException {
    if (spec.input().isEmpty()) {
      throw Refusals.invalid("a job needs an input: globs of absolute paths, or kv:PREFIX");
    }
    List<InputSplit> splits = new ArrayList<>();
    List<String> globs = new ArrayList<>();
    for (String input : spec.input()) {
      Optional<String> prefix = RecordStore.prefixOf(input);
      if (prefix.isPresent()) {
        splits.addAll(keySplits(prefix.get(), slots));
      } else {
        globs.add(input);
      }
    }
    if (!globs.isEmpty()) {
      List<Globs.InputFile> files = Globs.find(globs);
      splits.addAll(traits.cutsFiles()
          ? FileSplits.cutting(files, settings.minSplitBytes(), settings.maxSplitBytes(), Math.max(1, slots))
          : FileSplits.whole(files, Math.max(1, slots)));
    }
    return splits;
  }

  private List<InputSplit> keySplits(String prefix, int slots) throws JobRefusedException {
    List<InputSplit> splits = KeySplits.of(requireStore(), prefix, settings.minSplitBytes(), settings.maxSplitBytes(), Math.max(1, slots));
    if (splits.isEmpty()) {
      throw Refusals.invalid("no key of the store matches the input \"kv:%s\"".formatted(prefix));
    }
    return splits;
  }

  private JobOutput outputOf(JobSpec spec) throws JobRefusedException {
    Optional<String> prefix = RecordStore.prefixOf(spec.output());
    if (prefix.isPresent()) {
      return new OutputKeys(prefix.get(), requireStore());
    }
    if (!spec.output().startsWith("/")) {
      throw Refusals.invalid("the output \"%s\" is neither an absolute path nor kv:PREFIX".formatted(spec.output()));
    }
    Path path = Globs.pathOf(spec.output());
    if (path.getParent() == null) {
      throw Refusals.invalid("the output is a folder of its own, not %s".formatted(path));
    }
    return new OutputFolder(path);
  }

  private RecordStore requireStore() throws JobRefusedException {
    return store.orElseThrow(() -> Refusals.invalid("the store cannot be reached from here, so kv: is of no use"));
  }
}
