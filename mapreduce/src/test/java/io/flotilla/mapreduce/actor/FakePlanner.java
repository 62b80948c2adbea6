package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobPlanner;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobRefusedException.Reason;
import io.flotilla.mapreduce.JobSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Plans jobs with as many map tasks as their parameter {@code maps} says. */
final class FakePlanner implements JobPlanner {
  final List<String> done = new CopyOnWriteArrayList<>();

  @Override
  public JobPlan plan(JobSpec spec, int slots) throws JobRefusedException {
    if (spec.input().contains("/none")) {
      throw new JobRefusedException(Reason.INVALID, "no file matches /none");
    }
    int maps = Integer.parseInt(spec.params().get("maps"));
    return new JobPlan(IntStream.range(0, maps).mapToObj(m -> new InputSplit(List.of(new FileRange("/in/" + m, 0, 10)), List.of()))
        .toList(), spec.reducers(), List.of());
  }

  @Override
  public void prepareOutput(String jobId, JobSpec spec) throws JobRefusedException {
    if (spec.output().equals("/taken")) {
      throw new JobRefusedException(Reason.CONFLICT, "/taken is there already");
    }
    done.add("prepare " + jobId);
  }

  @Override
  public void commitOutput(String jobId, JobSpec spec) throws JobRefusedException {
    if (spec.output().equals("/full")) {
      throw new JobRefusedException(Reason.INVALID, "no space left");
    }
    done.add("commit " + jobId);
  }

  @Override
  public void abortOutput(String jobId, JobSpec spec) {
    done.add("abort " + jobId);
  }
}
