package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.KvReply;
import io.flotilla.raft.PeerId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a route believes of attempts that are still open at a replica that kept silent. */
class GroupRouteTest {
  private static final PeerId N1 = PeerId.of("n1");
  private static final long SILENCE = 12;
  private static final long SUSPECTED = 20;
  private static final long NOW = SUSPECTED + 2;
  private static final int SMALL = 100;
  private static final int LARGE = 1024 * 1024;

  private final GroupRoute route =
      new GroupRoute(Optional.empty(), new ReadWindow(LARGE, LARGE), new ReadWindow(LARGE, LARGE), SILENCE);
  private final Attempt before = attempt(Operation.Kind.WRITE, SMALL, SUSPECTED - 1);
  private final Attempt since = attempt(Operation.Kind.WRITE, SMALL, SUSPECTED);

  private Attempt attempt(Operation.Kind kind, int bytes, long sentTick) {
    Operation operation = new Operation(kind, new byte[bytes], Optional.empty(), route, 1000, new CompletableFuture<KvReply>());
    return new Attempt(1, operation, N1, sentTick);
  }

  @Test
  void nothingIsDoubtfulAtAReplicaThatAnswers() {
    route.onHeard(N1, SUSPECTED);
    assertThat(route.isDoubtful(before, NOW)).isFalse();
  }

  @Test
  void aSuspectIsTrustedWithWhatItWasSentAsOneUntilItIsSilentAgain() {
    route.onSilent(N1, SUSPECTED);
    assertThat(route.isDoubtful(before, NOW)).isTrue();
    assertThat(route.isDoubtful(since, NOW)).isFalse();
    assertThat(route.isDoubtful(since, SUSPECTED + SILENCE)).isTrue();
  }

  @Test
  void aWriteDoneTellsThatTheSmallWritesBeforeItAreLost() {
    route.onSilent(N1, SUSPECTED);
    route.onApplied(since);
    route.onHeard(N1, NOW);
    assertThat(route.isDoubtful(before, NOW)).isTrue();
    assertThat(route.isDoubtful(since, NOW)).isFalse();
    assertThat(route.isDoubtful(attempt(Operation.Kind.WRITE, LARGE, SUSPECTED - 1), NOW)).as("large ones travel apart").isFalse();
    assertThat(route.isDoubtful(attempt(Operation.Kind.READ, SMALL, SUSPECTED - 1), NOW)).as("reads are answered apart").isFalse();
  }

  /** It was only slow: what it had before is on its way. */
  @Test
  void aLateAnswerTellsOfNoLoss() {
    route.onSilent(N1, SUSPECTED);
    route.onApplied(before);
    route.onHeard(N1, NOW);
    assertThat(route.isDoubtful(before, NOW)).isFalse();
  }
}
