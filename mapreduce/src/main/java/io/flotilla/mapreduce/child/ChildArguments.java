package io.flotilla.mapreduce.child;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.store.RecordStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a child is told on its command line.
 *
 * @param node whose child it is
 * @param folder where the node serves map output from
 * @param settings the block {@code flotilla.mapreduce}, as text
 */
record ChildArguments(String node, Path folder, String settings) {
  List<String> toCommandLine() {
    return List.of(node, folder.toString(), settings);
  }

  static ChildArguments parse(String... args) {
    return new ChildArguments(args[0], Path.of(args[1]), args[2]);
  }

  TaskEnvironment environment(KvClient store) {
    return new TaskEnvironment(MapReduceSettings.from(ConfigFactory.parseString(settings)), node, new WorkFolder(folder),
        Optional.of(new RecordStore(store)));
  }
}
