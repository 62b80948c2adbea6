package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Lines in which a regular expression finds something: {@code file:byteoffset<TAB>line}, the line byte for byte as it is in the
 * file (§2.3 of the paper). The expression sees malformed UTF-8 as U+FFFD.
 */
public final class Grep implements Job<Long, Bytes, String, Bytes, String, Bytes> {
  private static final String PATTERN = "pattern";

  private Pattern pattern;

  @Override
  public void configure(SortedMap<String, String> params) {
    Params.allow(params, Set.of(PATTERN));
    String expression = params.get(PATTERN);
    if (expression == null) {
      throw new IllegalArgumentException("it needs the parameter \"pattern\", a Java regular expression");
    }
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("the parameter \"pattern\" is no Java regular expression: " + e.getMessage(), e);
    }
  }

  @Override
  public InputFormat<Long, Bytes> input() {
    return InputFormat.rawLines();
  }

  @Override
  public Mapper<Long, Bytes, String, Bytes> mapper() {
    Matcher matcher = pattern.matcher("");
    return (offset, line, context) -> {
      if (matcher.reset(new InterruptibleText(line.toString())).find()) {
        context.emit(context.source() + ":" + offset, line);
      }
    };
  }

  @Override
  public Codec<String> keys() {
    return Codecs.TEXT;
  }

  @Override
  public Codec<Bytes> values() {
    return Codecs.view();
  }

  @Override
  public Reducer<String, Bytes, String, Bytes> reducer() {
    return (position, lines, context) -> {
      while (lines.hasNext()) {
        context.emit(position, lines.next());
      }
    };
  }

  @Override
  public OutputFormat<String, Bytes> output() {
    return OutputFormat.text();
  }
}
