package io.flotilla.mapreduce.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordStoreTest {
  @ParameterizedTest(name = "after all keys that begin with \"{0}\"")
  @ValueSource(strings = {"a", "out/", "z\uDBFF\uDFFF", "\uD7FF", "\u007F", "\u07FF", "\uFFFF"})
  void theKeyAfterAPrefixIsAfterAllThatHaveItAndBeforeOthers(String prefix) {
    byte[] after = RecordStore.afterPrefix(prefix).getBytes(StandardCharsets.UTF_8);
    assertThat(Arrays.compareUnsigned(after, (prefix + "\uDBFF\uDFFF\uDBFF\uDFFF").getBytes(StandardCharsets.UTF_8))).isPositive();
    assertThat(new String(after, StandardCharsets.UTF_8)).doesNotStartWith(prefix).doesNotContain("?");
  }

  @Test
  void thereIsNoEndAfterTheEmptyPrefixOrTheLastCharacter() {
    assertThat(RecordStore.afterPrefix("")).isEmpty();
    assertThat(RecordStore.afterPrefix("\uDBFF\uDFFF")).isEmpty();
  }

  @Test
  void aScanGoesThroughAllPagesOfItsRange() {
    MemoryStore memory = new MemoryStore(0);
    List<String> expected = new ArrayList<>();
    for (int i = 10; i < 60; i++) {
      memory.set("in/" + i, "v");
      expected.add("in/" + i);
    }
    memory.set("in", "before");
    memory.set("in0", "after");
    List<String> keys = new ArrayList<>();
    new RecordStore(memory).scan("in/", RecordStore.afterPrefix("in/")).forEachRemaining(item -> keys.add(item.key()));
    assertThat(keys).isEqualTo(expected);
  }
}
