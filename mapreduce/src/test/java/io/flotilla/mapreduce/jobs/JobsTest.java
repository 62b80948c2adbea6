package io.flotilla.mapreduce.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsTest {
  /** Abstract: cannot be made. */
  public abstract static class AbstractJob extends LineCount {}

  /** Without a constructor that anybody may call. */
  public static final class HiddenConstructor extends LineCount {
    HiddenConstructor() {}
  }

  /** Throws as it is made. */
  public static final class Thrower extends LineCount {
    public Thrower() {
      throw new IllegalStateException("not today");
    }
  }

  /** Throws a bug at its parameters. */
  public static final class BadParams extends LineCount {
    @Override
    public void configure(SortedMap<String, String> params) {
      throw new NullPointerException("where is it");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(delimiter = '|', value = {
      "com.example.Missing | class com.example.Missing is not in /jobs.jar",
      "java.lang.String    | class java.lang.String is no job: it does not implement io.flotilla.mapreduce.api.Job",
      "io.flotilla.mapreduce.api.Job | has to be public and neither abstract nor an interface",
      "io.flotilla.mapreduce.jobs.JobsTest$AbstractJob | has to be public and neither abstract nor an interface",
      "io.flotilla.mapreduce.jobs.JobsTest$HiddenConstructor | has no public constructor without arguments",
      "io.flotilla.mapreduce.jobs.JobsTest$Thrower | the constructor of class io.flotilla.mapreduce.jobs.JobsTest$Thrower fails: java.lang.IllegalStateException: not today",
      "io.flotilla.mapreduce.jobs.JobsTest$BadParams | fails on its parameters: java.lang.NullPointerException: where is it"})
  void aClassThatIsNoJobIsRefused(String name, String message) {
    JobSpec spec = new JobSpec(name, List.of(), "/out", 1, Collections.emptySortedMap(), Optional.of("/jobs.jar"));
    assertThatThrownBy(() -> Jobs.load(spec, getClass().getClassLoader()))
        .isInstanceOf(JobRefusedException.class).hasMessageContaining(message);
  }

  @Test
  void aClassThatIsAJobIsMade() throws Exception {
    JobSpec spec = new JobSpec(WordCount.class.getName(), List.of(), "/out", 1, Collections.emptySortedMap(), Optional.of("/jobs.jar"));
    assertThat(Jobs.load(spec, getClass().getClassLoader())).isInstanceOf(WordCount.class);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void wordsAreThoseOfARegularExpressionOnTheDecodedText(long seed) {
    Random random = new Random(seed);
    String alphabet = "aZz '-_09\u00E9\u00DF\u0130\u4E2D\u00AA\u2160\u0301\uD835\uDC00\uFFFD\uD83D\uDE00@[`{";
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      for (int damage = random.nextInt(3); damage > 0 && bytes.length > 0; damage--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      assertThat(words(bytes)).as("%s", new String(bytes, StandardCharsets.ISO_8859_1)).isEqualTo(reference(bytes));
    }
  }

  private static List<String> words(byte[] bytes) {
    Words words = new Words();
    words.read(new Bytes().set(bytes, 0, bytes.length));
    List<String> found = new ArrayList<>();
    while (words.next()) {
      found.add(words.word().toString());
    }
    return found;
  }

  private static List<String> reference(byte[] bytes) {
    return Pattern.compile("\\p{L}+").matcher(new String(bytes, StandardCharsets.UTF_8)).results().map(match -> match.group()).toList();
  }

  @Test
  void aSetOfBytesKnowsWhatItHasSeen() {
    ByteSet set = new ByteSet();
    Random random = new Random(1);
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      String key = Integer.toString(random.nextInt(9_000), 5);
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      assertThat(set.add(bytes, 0, bytes.length)).isEqualTo(expected.add(key));
    }
    set.clear();
    assertThat(set.add(new byte[0], 0, 0)).isTrue();
    assertThat(set.add(new byte[0], 0, 0)).isFalse();
  }
}
