package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.OutputFormat;
import java.nio.file.Path;
import java.util.SortedMap;

/** What the course's jobs have in common: one call of map a file, text for keys and values, a folder for marks that they leave. */
abstract class FileJob implements Job<String, Bytes, String, String, String, String> {
  private Path marks;

  @Override
  public void configure(SortedMap<String, String> params) {
    marks = Path.of(params.getOrDefault("marks", "."));
  }

  Path marks() {
    return marks;
  }

  @Override
  public InputFormat<String, Bytes> input() {
    return InputFormat.wholeFiles();
  }

  @Override
  public Codec<String> keys() {
    return Codecs.TEXT;
  }

  @Override
  public Codec<String> values() {
    return Codecs.TEXT;
  }

  @Override
  public OutputFormat<String, String> output() {
    return OutputFormat.text();
  }
}
