package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.Reducer;
import java.time.Duration;

/** MR6: one value a word and file; some words take long to reduce. */
public final class EarlyExit extends FileJob {
  @Override
  public Mapper<String, Bytes, String, String> mapper() {
    return (_, text, context) -> {
      for (String word : text.toString().split("[^\\p{L}]+", -1)) {
        if (!word.isEmpty()) {
          context.emit(word, "1");
        }
      }
    };
  }

  @Override
  public Reducer<String, String, String, String> reducer() {
    return (word, ones, context) -> {
      if (word.contains("sherlock") || word.contains("tom")) {
        Marks.pass(Duration.ofSeconds(1));
      }
      long count = 0;
      for (; ones.hasNext(); ones.next()) {
        count++;
      }
      context.emit(word, Long.toString(count));
    };
  }
}
