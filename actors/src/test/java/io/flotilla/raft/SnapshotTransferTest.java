package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.persist;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a leader does while it sends a snapshot: the log reaches back to 2, the snapshot stands for 4. */
class SnapshotTransferTest {
  private static final RaftSettings RETAINING_TWO = new RaftSettings(Duration.ofMillis(50), Duration.ofMillis(150),
      Duration.ofMillis(300), 1000, 10, 4, Duration.ofMillis(10), 1, Duration.ofMillis(100), 2, 1_000_000);

  @ParameterizedTest(name = "matchIndex {0}: the transfer ends {1}, the follower gets entries from {2}")
  @CsvSource({
      "0, false, 0",   // nothing is known to match
      "1, false, 0",   // entry 2 is no longer in the log
      "2, true, 3",    // it installed an older snapshot: the log goes on from there
      "3, true, 4",
      "4, true, 0"})   // it has installed this one, and there is nothing more
  void aFollowerThatTheLogReachesNeedsNoSnapshot(long matchIndex, boolean ended, long firstSent) {
    Step step = receive(sendingASnapshotToN2(), new RaftMessage.AppendAccepted(2, N2, matchIndex, 0));
    Progress.Mode mode = ((Role.Leader) step.next().role()).followers().get(N2).mode();
    assertThat(mode instanceof Progress.Mode.Snapshotting).isEqualTo(!ended);
    assertThat(CoreFixture.sent(step).stream().map(RaftMessage.AppendEntries.class::cast)
        .filter(append -> !append.entries().isEmpty()).map(append -> append.prevLogIndex() + 1))
        .isEqualTo(firstSent == 0 ? List.of() : List.of(firstSent));
  }

  private static RaftState sendingASnapshotToN2() {
    RaftState state = RaftState.restored(SELF, RETAINING_TWO, 1, Optional.empty(), CoreFixture.log("1 1 1"));
    state = step(state, new Input.TimerFired(Timer.ELECTION)).next();
    state = persist(receive(state, new RaftMessage.PreVoteGranted(2, N2)).next());
    state = persist(receive(state, new RaftMessage.VoteGranted(2, N2)).next());
    state = receive(state, new RaftMessage.AppendAccepted(2, N3, 4, 0)).next();
    state = step(state, new Input.AppliedUpTo(4)).next();
    state = step(state, new Input.SnapshotSaved(4)).next();
    assertThat(state.log().baseIndex()).isEqualTo(2);
    Step asked = receive(state, new RaftMessage.AppendRefused(2, N2, 3, 0, 1, 0));
    assertThat(asked.effects()).contains(new Effect.SendSnapshotChunk(N2, 2, 4, 0));
    return asked.next();
  }
}
