package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.follower;
import static io.flotilla.raft.CoreFixture.log;
import static io.flotilla.raft.CoreFixture.preCandidate;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.sent;
import static io.flotilla.raft.CoreFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asking before campaigning (thesis §9.6), and who goes first of two that ask at the same time. */
class PreVoteRulesTest {
  private static final PeerId N0 = PeerId.of("n0");

  @ParameterizedTest(name = "n1, with 1 1, is asked by {0}, whose log ends at {1}/{2}: gives way {3}")
  @CsvSource({"n2, 2, 1, true",
      "n0, 2, 1, false",                   // equal logs: the greater id goes first
      "n0, 3, 1, true",                    // the longer log does, whatever its id
      "n0, 1, 2, true",                    // so does the later last term, however short
      "n2, 1, 1, false",
      "n2, 9, 0, false"})
  void ofTwoThatAskOneGivesWayAndTheOtherInsists(String candidate, long lastLogIndex, long lastLogTerm, boolean givesWay) {
    PeerId candidateId = PeerId.of(candidate);
    Step asked = receive(preCandidate(1, "1 1"), new RaftMessage.PreVote(2, candidateId, lastLogIndex, lastLogTerm));
    assertAnswered(asked, givesWay);
    assertThat(asked.next().role()).isInstanceOf(givesWay ? Role.Follower.class : Role.PreCandidate.class);
  }

  @Test
  void nobodyInsistsOnceItWasRefused() {
    RaftState refused = receive(preCandidate(1, "1"), new RaftMessage.PreVoteRefused(1, N3)).next();
    Step asked = receive(refused, new RaftMessage.PreVote(2, N0, 1, 1));
    assertAnswered(asked, true);
    assertThat(asked.next().role()).isInstanceOf(Role.PreCandidate.class);
  }

  @Test
  void nobodyInsistsWhenItAsksAgain() {
    RaftState again = step(preCandidate(1, "1"), new Input.TimerFired(Timer.ELECTION)).next();
    assertAnswered(receive(again, new RaftMessage.PreVote(2, N0, 1, 1)), true);
  }

  @Test
  void whoStillInsistsDoesSoWithAPreVoteGranted() {
    RaftState five = RaftState.restored(SELF, CoreFixture.SETTINGS, 1, Optional.empty(),
        EntryLog.empty(0, 0, Membership.ofVoters(CoreFixture.peers("n0 n1 n2 n3 n4"))));
    RaftState granted = receive(step(five, new Input.TimerFired(Timer.ELECTION)).next(), new RaftMessage.PreVoteGranted(2, N3)).next();
    assertAnswered(receive(granted, new RaftMessage.PreVote(2, N0, 0, 0)), false);
  }

  private static void assertAnswered(Step asked, boolean granted) {
    assertThat(sent(asked))
        .containsExactly(granted ? new RaftMessage.PreVoteGranted(2, SELF) : new RaftMessage.PreVoteRefused(1, SELF));
  }

  @Test
  void whoGaveWayKeepsItsTimerAndTermAndCountsNoMorePreVotes() {
    Step gaveWay = receive(preCandidate(1, "1"), new RaftMessage.PreVote(2, N2, 1, 1));
    assertThat(gaveWay.effects()).noneMatch(Effect.SetTimer.class::isInstance).noneMatch(Effect.CancelTimer.class::isInstance);
    RaftState late = receive(gaveWay.next(), new RaftMessage.PreVoteGranted(2, N2)).next();
    assertThat(late).matches(state -> state.currentTerm() == 1 && state.role() instanceof Role.Follower);
    assertThat(step(late, new Input.TimerFired(Timer.ELECTION)).next().role()).isInstanceOf(Role.PreCandidate.class);
  }

  @Test
  void ofTwoWhoseQuestionsCrossOneCampaigns() {
    RaftState n2 = n2Asks();
    Step atN1 = receive(preCandidate(1, "1"), new RaftMessage.PreVote(2, N2, 1, 1));
    Step atN2 = receive(n2, new RaftMessage.PreVote(2, SELF, 1, 1));
    assertThat(receive(atN1.next(), sent(atN2).getFirst()).next().role()).isInstanceOf(Role.Follower.class);
    assertThat(receive(atN2.next(), sent(atN1).getFirst()).next().role()).isInstanceOf(Role.Candidate.class);
  }

  /** Its pre-vote is on its way when its own timer fires: the one that it was given to still goes first. */
  @Test
  void whoGrantedAPreVoteAndThenAsksIsRefused() {
    RaftState n2 = n2Asks();
    Step granted = receive(follower(1, null, "1"), new RaftMessage.PreVote(2, N2, 1, 1));
    Step asks = step(granted.next(), new Input.TimerFired(Timer.ELECTION));
    Step refused = receive(n2, sent(asks).getFirst());
    assertThat(sent(refused)).containsExactly(new RaftMessage.PreVoteRefused(1, N2));
    assertThat(receive(refused.next(), sent(granted).getFirst()).next().role()).isInstanceOf(Role.Candidate.class);
  }

  private static RaftState n2Asks() {
    RaftState n2 = RaftState.restored(N2, CoreFixture.SETTINGS, 1, Optional.empty(), log("1"));
    return step(n2, new Input.TimerFired(Timer.ELECTION)).next();
  }

  @Test
  void aFollowerThatGrantsStaysAsItIs() {
    RaftState before = follower(1, null, "1");
    Step asked = receive(before, new RaftMessage.PreVote(2, N2, 1, 1));
    assertThat(sent(asked)).containsExactly(new RaftMessage.PreVoteGranted(2, SELF));
    assertThat(asked.next()).isEqualTo(before);
  }

  @ParameterizedTest(name = "n1, of {0}, with 1 1, heard its leader {1} ms ago; n3, with {3}/{4}, asks for term {2}: n1 asks, too: {5}")
  @CsvSource({"n1 n2 n3, 150, 2, 1, 1, true",
      "n1 n2 n3, 149, 2, 1, 1, false",        // it may still have a leader
      "n1 n2 n3, 150, 1, 1, 1, false",        // the other does not know yet that there is one
      "n1 n2 n3, 150, 2, 2, 1, false",        // the other can win
      "n1 n2 n3, 150, 2, 3, 1, false",
      "n1 n2 n3, 150, 2, 1, 2, false",
      "n1 n2, 150, 2, 1, 1, false",           // the other is no voter
      "n1 n2 n3 n4 n5, 150, 2, 1, 1, false"}) // a third may ask as well
  void whoHasMoreAndHasLostTheLeaderTooAsks(String voters, long silentMillis, long term, long lastLogIndex, long lastLogTerm,
      boolean asks) {
    RaftState recovered = RaftState.restored(SELF, CoreFixture.SETTINGS, 1, Optional.empty(),
        EntryLog.empty(0, 0, Membership.ofVoters(CoreFixture.peers(voters))).append(CoreFixture.entries("1 1")));
    RaftState following = receive(recovered, new RaftMessage.AppendEntries(1, N2, 2, 1, List.of(), 0, 0)).next();
    Step asked = RaftCore.step(following, new Input.Received(new RaftMessage.PreVote(term, N3, lastLogIndex, lastLogTerm)),
        CoreFixture.NOW + Duration.ofMillis(silentMillis).toNanos());

    assertThat(asked.next().role() instanceof Role.PreCandidate).isEqualTo(asks);
    assertThat(sent(asked).contains(new RaftMessage.PreVote(2, SELF, 2, 1))).isEqualTo(asks);
  }

  @Test
  void whoHasVotedLeavesItsCandidateTheTime() {
    RaftState voted = receive(follower(1, null, "1 1"), new RaftMessage.RequestVote(2, N2, 2, 1, false)).next();

    assertThat(receive(voted, new RaftMessage.PreVote(3, N3, 1, 1)).next().role()).isInstanceOf(Role.Follower.class);
  }
}
