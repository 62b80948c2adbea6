package io.flotilla.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyOnWriteTreeTest {
  /** A view and what a plain map held when it was taken. */
  private record Taken(CopyOnWriteTree.View<Integer> view, List<String> expected) {}

  @ParameterizedTest(name = "seed {0}, {1} keys, {2} % puts")
  @CsvSource({"1, 10, 50", "2, 300, 60", "3, 5000, 80", "4, 20000, 90", "5, 2000, 30"})
  void holdsWhatAPlainMapHoldsAndViewsStay(long seed, int keys, int putPercent) {
    Random random = new Random(seed);
    CopyOnWriteTree<Integer> tree = new CopyOnWriteTree<>();
    TreeMap<byte[], Integer> plain = new TreeMap<>(Arrays::compareUnsigned);
    Deque<Taken> taken = new ArrayDeque<>();
    for (int i = 0; i < 60_000; i++) {
      byte[] key = key(random.nextInt(keys));
      if (random.nextInt(100) < putPercent) {
        assertThat(tree.put(key, i)).isEqualTo(plain.put(key, i));
      } else {
        assertThat(tree.remove(key)).isEqualTo(plain.remove(key));
      }
      if (random.nextInt(6_000) == 0) {
        taken.add(new Taken(tree.view(), texts(plain)));
      }
    }
    assertThat(tree.count()).isEqualTo(plain.size());
    assertThat(shown(tree.view())).isEqualTo(texts(plain));
    assertThat(taken).isNotEmpty().allSatisfy(each -> {
      assertThat(shown(each.view())).isEqualTo(each.expected());
      assertThat(each.view().count()).isEqualTo(each.expected().size());
    });
    for (int i = 0; i < 200; i++) {
      byte[] from = key(random.nextInt(keys));
      assertThat(shownFrom(tree, from)).isEqualTo(texts(plain.tailMap(from, true)));
    }
  }

  @Test
  void emptiesAndFillsAgain() {
    CopyOnWriteTree<Integer> tree = new CopyOnWriteTree<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 5_000; i++) {
        tree.put(key(i), i);
      }
      for (int i = 0; i < 5_000; i++) {
        assertThat(tree.remove(key(i))).isEqualTo(i);
      }
      assertThat(tree.count()).isZero();
      assertThat(shown(tree.view())).isEmpty();
    }
  }

  @Test
  void aScanEndsWhenTheVisitorHasEnough() {
    CopyOnWriteTree<Integer> tree = new CopyOnWriteTree<>();
    for (int i = 0; i < 1_000; i++) {
      tree.put(key(i), i);
    }
    List<String> seen = new ArrayList<>();
    tree.scan(new byte[0], (key, value) -> {
      seen.add(text(key, value));
      return seen.size() < 100;
    });
    assertThat(seen).hasSize(100);
  }

  private static byte[] key(int number) {
    return new byte[] {(byte) (number >> 8), (byte) number};
  }

  private static List<String> shown(CopyOnWriteTree.View<Integer> view) {
    List<String> seen = new ArrayList<>();
    CopyOnWriteTree.scan(view, (key, value) -> {
      seen.add(text(key, value));
      return true;
    });
    return seen;
  }

  private static List<String> shownFrom(CopyOnWriteTree<Integer> tree, byte[] from) {
    List<String> seen = new ArrayList<>();
    tree.scan(from, (key, value) -> {
      seen.add(text(key, value));
      return true;
    });
    return seen;
  }

  private static List<String> texts(Map<byte[], Integer> map) {
    List<String> texts = new ArrayList<>();
    map.forEach((key, value) -> texts.add(text(key, value)));
    return texts;
  }

  private static String text(byte[] key, Integer value) {
    return Arrays.toString(key) + value;
  }
}
