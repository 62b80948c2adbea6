package com.example.anagrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the job by themselves, with what they emit in a list: no cluster is needed for that. */
class AnagramsTest {
  private final Anagrams job = new Anagrams();

  @Test
  void wordsAreFiledUnderTheirLetters() throws Exception {
    Emitted emitted = new Emitted();
    job.mapper().map(0L, "The Tales: stale, ÄRA", emitted);
    assertThat(emitted.pairs).containsExactly("aelst=tales", "aelst=stale");
    assertThat(emitted.counts).containsExactly(Map.entry("anagrams.words", 2L));
  }

  @Test
  void theShortestWordsCanBeChosen() throws Exception {
    job.configure(new TreeMap<>(Map.of("min-letters", "3")));
    Emitted emitted = new Emitted();
    job.mapper().map(0L, "is The ÄRA", emitted);
    assertThat(emitted.pairs).containsExactly("eht=the", "arä=ära");
  }

  @ParameterizedTest
  @CsvSource({"min-letters, 0", "min-letters, -1", "min-letters, four", "max-letters, 4"})
  void otherParametersAreRefused(String name, String value) {
    assertThatThrownBy(() -> job.configure(new TreeMap<>(Map.of(name, value)))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("min-letters");
  }

  @Test
  void theCombinerKeepsEachWordOnce() throws Exception {
    List<String> kept = new ArrayList<>();
    job.combiner().orElseThrow().combine("aelst", List.of("stale", "tales", "stale").iterator(), kept::add);
    assertThat(kept).containsExactly("stale", "tales");
  }

  @Test
  void onlyWordsThatHaveAnagramsAreOutput() throws Exception {
    Emitted emitted = new Emitted();
    job.reducer().reduce("aelst", List.of("tales", "stale", "tales").iterator(), emitted);
    job.reducer().reduce("eilv", List.of("live", "live").iterator(), emitted);
    assertThat(emitted.pairs).containsExactly("aelst=stale,tales");
  }
}
