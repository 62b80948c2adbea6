package com.example.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.kv.KvReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The counter over a store that is played, one key large, and fails as a real one may. */
class CounterTest {
  private static final KvReply BUSY = new KvReply.Unavailable(KvReply.Reason.NO_LEADER, Duration.ofMillis(1));

  private final OneKeyStore store = new OneKeyStore();
  private final Counter counter = new Counter(store, "visits");

  @Test
  void itBeginsAtOne() throws Exception {
    assertThat(counter.increment()).isEqualTo(1);
    assertThat(counter.increment()).isEqualTo(2);
    assertThat(store.value()).contains("2");
  }

  @Test
  void aWriteThatIsAppliedAndUnknownCountsOnce() throws Exception {
    store.answerAfterApplying(new KvReply.OutcomeUnknown());
    assertThat(counter.increment()).isEqualTo(1);
    assertThat(store.value()).contains("1");
    assertThat(store.writes()).isEqualTo(2);
  }

  @Test
  void aWriteThatIsNotTakenIsMadeAgain() throws Exception {
    store.answerInstead(BUSY);
    assertThat(counter.increment()).isEqualTo(1);
    assertThat(store.value()).contains("1");
  }

  @Test
  void aReadThatIsNotTakenIsMadeAgain() throws Exception {
    store.answerReadWith(BUSY);
    assertThat(counter.increment()).isEqualTo(1);
  }

  @Test
  void whatSomebodyElseCountedMeanwhileStays() throws Exception {
    store.beforeNextWrite("41");
    assertThat(counter.increment()).isEqualTo(42);
    assertThat(store.value()).contains("42");
  }

  @Test
  void whatIsNoNumberIsNotTouched() {
    store.set("many");
    assertThatThrownBy(counter::increment).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("visits").hasMessageContaining("many");
    assertThat(store.value()).contains("many");
  }
}
