package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.append;
import static io.flotilla.raft.CoreFixture.follower;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.sent;
import static io.flotilla.raft.CoreFixture.step;
import static io.flotilla.raft.CoreFixture.terms;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figure 13, "receiver implementation": what a follower does with a leader's snapshot. */
class SnapshotRulesTest {
  private static final int CHUNK_BYTES = 10;

  @Test
  void aSnapshotOfAnEarlierTermIsAnsweredWithTheTerm() {
    assertThat(sent(receive(follower(3, null, "1"), chunk(N2, 2, 9, 1, 0, true))))
        .containsExactly(new RaftMessage.SnapshotChunkAccepted(3, SELF, 9, 0));
  }

  @Test
  void aStaleSnapshotUndoesNothing() {
    RaftState state = receive(follower(1, null, "1 1 1"), append(1, 3, 1, "", 3)).next();
    Step step = receive(state, chunk(N2, 1, 2, 1, 0, true));
    assertThat(sent(step)).containsExactly(new RaftMessage.AppendAccepted(1, SELF, 2, 0));
    assertThat(terms(step.next().log())).isEqualTo("1 1 1");
  }

  @Test
  void chunksFollowOneAnother() {
    RaftMessage.InstallSnapshot chunk = chunk(N2, 1, 9, 1, 0, false);
    Step first = receive(follower(1, null, ""), chunk);
    assertThat(first.effects()).contains(new Effect.StoreSnapshotChunk(chunk));
    Step stored = step(first.next(), new Input.SnapshotChunkStored(9, CHUNK_BYTES));
    assertThat(sent(stored)).containsExactly(new RaftMessage.SnapshotChunkAccepted(1, SELF, 9, CHUNK_BYTES));
  }

  @ParameterizedTest(name = "a chunk at {0} when {1} is wanted next")
  @CsvSource({"0, 10", "20, 10"})
  void anyOtherChunkIsAnsweredWithTheOneThatIsWanted(long offset, long wanted) {
    RaftState state = firstChunkStored();
    assertThat(sent(receive(state, chunk(N2, 1, 9, 1, offset, false))))
        .containsExactly(new RaftMessage.SnapshotChunkAccepted(1, SELF, 9, wanted));
  }

  @Test
  void anotherLeadersSnapshotBeginsAnew() {
    assertThat(sent(receive(firstChunkStored(), chunk(N3, 2, 9, 1, CHUNK_BYTES, false))))
        .containsExactly(new RaftMessage.SnapshotChunkAccepted(2, SELF, 9, 0));
  }

  @ParameterizedTest(name = "log {0} and a snapshot up to 2/1: {1}")
  @CsvSource({"1 1 1, 1", "'', ''", "2 2 2, ''"})
  void onceInstalledItReplacesTheLogThatItCoversOrContradicts(String log, String expected) {
    Step stored = step(receive(follower(2, null, log), chunk(N2, 2, 2, 1, 0, true)).next(),
        new Input.SnapshotChunkStored(2, CHUNK_BYTES));
    assertThat(stored.effects()).contains(new Effect.InstallSnapshot(2, 1, CoreFixture.THREE));
    Step installed = step(stored.next(), new Input.SnapshotInstalled(2, 1, CoreFixture.THREE));
    assertThat(terms(installed.next().log())).isEqualTo(expected);
    assertThat(installed.next().commitIndex()).isEqualTo(2);
    assertThat(sent(installed)).containsExactly(new RaftMessage.AppendAccepted(2, SELF, 2, 0));
  }

  @Test
  void oneThatIsBeingStoredIsNotGivenUpForANewerOne() {
    RaftState storing = receive(follower(1, null, ""), chunk(N2, 1, 2, 1, 0, true)).next();
    Step newer = receive(storing, chunk(N2, 1, 9, 1, 0, true));
    assertThat(sent(newer)).isEmpty();
    assertThat(step(newer.next(), new Input.SnapshotChunkStored(2, CHUNK_BYTES)).effects())
        .contains(new Effect.InstallSnapshot(2, 1, CoreFixture.THREE));
  }

  @Test
  void whileItIsInstalledTheLogTakesNothing() {
    RaftState installing = step(receive(follower(1, null, ""), chunk(N2, 1, 2, 1, 0, true)).next(),
        new Input.SnapshotChunkStored(2, CHUNK_BYTES)).next();
    Step step = receive(installing, append(1, 0, 0, "1", 0));
    assertThat(terms(step.next().log())).isEmpty();
    assertThat(sent(step)).containsExactly(new RaftMessage.AppendAccepted(1, SELF, 0, 0));
  }

  private static RaftState firstChunkStored() {
    return step(receive(follower(1, null, ""), chunk(N2, 1, 9, 1, 0, false)).next(),
        new Input.SnapshotChunkStored(9, CHUNK_BYTES)).next();
  }

  private static RaftMessage.InstallSnapshot chunk(PeerId leaderId, long term, long lastIncludedIndex, long lastIncludedTerm,
      long offset, boolean done) {
    return new RaftMessage.InstallSnapshot(term, leaderId, lastIncludedIndex, lastIncludedTerm, CoreFixture.THREE, offset,
        new byte[CHUNK_BYTES], done);
  }
}
