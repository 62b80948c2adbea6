package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.store.RecordStore;
import java.util.Optional;

/**
 * What the tasks of one node share.
 *
 * @param node its id: map output of that node is read from {@code folder}
 * @param store empty where it cannot be reached: jobs that need it fail
 */
public record TaskEnvironment(MapReduceSettings settings, String node, WorkFolder folder, Optional<RecordStore> store) {}
