package io.flotilla.mapreduce.engine;

import com.typesafe.config.ConfigFactory;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One job on one node by hand, to be timed and profiled: {@code JOB OUTPUT REDUCERS SLOTS WORK-FOLDER INPUT…}. */
final class EngineBenchmark {
  private EngineBenchmark() {}

  public static void main(String[] args) throws Exception {
    SortedMap<String, String> params = new TreeMap<>();
    if (args[0].equals("grep")) {
      params.put("pattern", System.getProperty("pattern"));
    }
    JobSpec spec = new JobSpec(args[0], List.of(args).subList(5, args.length), args[1], Integer.parseInt(args[2]), params, Optional.empty());
    MapReduceSettings settings = MapReduceSettings.from(ConfigFactory.load());
    try (LocalCluster cluster = new LocalCluster(settings, Path.of(args[4]), 1, Integer.parseInt(args[3]), Optional.empty())) {
      long started = System.nanoTime();
      LocalCluster.Done done = cluster.run("job1", spec);
      System.out.printf("%s: %.2f s, %d map tasks%n", args[0], (System.nanoTime() - started) / 1e9, done.plan().splits().size());
      done.counters().values().forEach((name, value) -> System.out.printf("  %s = %d%n", name, value));
    }
  }
}
