package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.MapReduceSettings.OversizedRecords;
import io.flotilla.mapreduce.store.RecordStore;
import java.util.Optional;

/**
 * What reading needs beside the ranges.
 *
 * @param store empty where there is none: reading from it fails then
 */
public record InputAccess(int maxRecordBytes, OversizedRecords oversizedRecords, Optional<RecordStore> store) {}
