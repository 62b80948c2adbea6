package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.NOW;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.append;
import static io.flotilla.raft.CoreFixture.candidate;
import static io.flotilla.raft.CoreFixture.follower;
import static io.flotilla.raft.CoreFixture.leader;
import static io.flotilla.raft.CoreFixture.persist;
import static io.flotilla.raft.CoreFixture.persisted;
import static io.flotilla.raft.CoreFixture.preCandidate;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.sent;
import static io.flotilla.raft.CoreFixture.step;
import static io.flotilla.raft.CoreFixture.terms;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the paper's Figure 2, box by box. A log is written as the terms of its entries. */
class Figure2Test {

  @Nested
  class PersistentState {
    @Test
    void aVoteIsSentOnlyOnceTermAndVoteAreDurable() {
      Step asked = receive(follower(1, null, "1"), new RaftMessage.RequestVote(2, N2, 1, 1, false));
      assertThat(sent(asked)).isEmpty();
      assertThat(asked.effects()).contains(new Effect.Persist(2, 2, Optional.of(N2), List.of()));
      assertThat(sent(persisted(asked.next()))).containsExactly(new RaftMessage.VoteGranted(2, SELF));
    }

    @Test
    void votesAreAskedForOnlyOnceTheCandidacyIsDurable() {
      Step won = receive(preCandidate(1, "1"), new RaftMessage.PreVoteGranted(2, N2));
      assertThat(sent(won)).isEmpty();
      assertThat(sent(persisted(won.next()))).containsOnly(new RaftMessage.RequestVote(2, SELF, 1, 1, false)).hasSize(2);
    }

    @Test
    void entriesAreAcknowledgedOnlyOnceTheyAreDurable() {
      Step appended = receive(follower(1, null, "1"), append(1, 1, 1, "1", 0));
      assertThat(sent(appended)).isEmpty();
      assertThat(sent(persisted(appended.next()))).containsExactly(new RaftMessage.AppendAccepted(1, SELF, 2, 0));
    }

    @Test
    void aHeartbeatIsAnsweredAtOnceWithWhatIsDurable() {
      RaftState appended = receive(follower(1, null, "1"), append(1, 1, 1, "1", 0)).next();
      assertThat(sent(receive(appended, append(1, 2, 1, "", 0)))).containsExactly(new RaftMessage.AppendAccepted(1, SELF, 1, 0));
    }

    @Test
    void aPromiseOfAnEarlierTermIsVoid() {
      RaftState voted = receive(follower(1, null, "1"), new RaftMessage.RequestVote(2, N2, 1, 1, false)).next();
      RaftState moved = receive(voted, new RaftMessage.VoteRefused(3, N3)).next();
      assertThat(sent(persisted(moved))).isEmpty();
    }
  }

  @Nested
  class AppendEntriesReceiver {
    @ParameterizedTest(name = "term {0} against 3: refused with term 3")
    @ValueSource(longs = {1, 2})
    void rule1AnEarlierTermIsRefused(long term) {
      Step step = receive(follower(3, null, "1"), append(term, 1, 1, "2", 1));
      assertThat(sent(step)).containsExactly(new RaftMessage.AppendRefused(3, SELF, 1, 0, 1, 0));
      assertThat(terms(step.next().log())).isEqualTo("1");
    }

    @ParameterizedTest(name = "log {0}, prevLog {1}/{2}: conflict in term {3} from {4}")
    @CsvSource({"1 1, 5, 1, 0, 3",         // ends before
        "1 1, 2, 2, 1, 1",                 // another term there: all of it
        "1 2 2 2, 4, 3, 2, 2",
        "'', 1, 1, 0, 1"})
    void rule2WithoutAMatchAtPrevLogIndexItIsRefused(String log, long prevLogIndex, long prevLogTerm, long conflictTerm,
        long conflictFirstIndex) {
      Step step = receive(follower(3, null, log), append(3, prevLogIndex, prevLogTerm, "3", 0));
      assertThat(sent(step))
          .containsExactly(new RaftMessage.AppendRefused(3, SELF, prevLogIndex, conflictTerm, conflictFirstIndex, 0));
      assertThat(terms(step.next().log())).isEqualTo(log);
    }

    @ParameterizedTest(name = "log {0}, after {1}/{2} comes {3}: log {4}")
    @CsvSource({"1 1, 2, 1, 2, 1 1 2",     // 4: appends
        "1 1 1, 1, 1, 2, 1 2",             // 3: a conflict deletes all that follows
        "1 1 1, 1, 1, 1 2, 1 1 2",         // 3: from the conflict on
        "1 1 1, 0, 0, 1, 1 1 1",           // 3: an entry that is there, sent late, deletes nothing
        "1 1 1, 3, 1, '', 1 1 1",          // nor does a heartbeat
        "1 1 1, 1, 1, '', 1 1 1",
        "1 1, 0, 0, 1 1 2 2, 1 1 2 2"})
    void rules3And4OnlyAConflictDeletesAndOnlyNewEntriesAreAppended(String log, long prevLogIndex, long prevLogTerm, String entries,
        String expected) {
      RaftState next = receive(follower(3, null, log), append(3, prevLogIndex, prevLogTerm, entries, 0)).next();
      assertThat(terms(next.log())).isEqualTo(expected);
    }

    @ParameterizedTest(name = "log {0}, up to {1} plus {2}, leaderCommit {3}: commitIndex {4}")
    @CsvSource({"1 1 1, 1, '', 3, 1",      // what stands behind the last entry that was compared may differ
        "1 1 1, 3, '', 2, 2",
        "1 1 1, 1, 1, 9, 2",
        "1 1 1, 3, 1, 9, 4",
        "1 1 1, 3, '', 0, 0"})
    void rule5CommitIndexIsTheLesserOfLeaderCommitAndTheLastNewEntry(String log, long prevLogIndex, String entries, long leaderCommit,
        long commitIndex) {
      RaftState next = receive(follower(1, null, log), append(1, prevLogIndex, 1, entries, leaderCommit)).next();
      assertThat(next.commitIndex()).isEqualTo(commitIndex);
    }

    @Test
    void whatIsAcknowledgedReplacesWhatAnEarlierLeaderLeft() {
      RaftState conflicting = receive(follower(2, null, "1 1 1"), append(2, 1, 1, "2", 0)).next();
      assertThat(conflicting.writes().durableIndex()).isEqualTo(1);
      assertThat(sent(persisted(conflicting))).containsExactly(new RaftMessage.AppendAccepted(2, SELF, 2, 0));
    }
  }

  @Nested
  class RequestVoteReceiver {
    @ParameterizedTest(name = "term {0}, voted for {1} in 3: granted {2}")
    @CsvSource({"2, , false",              // 1: an earlier term
        "3, , true",
        "3, n2, true",                     // 2: asked again
        "3, n3, false",                    // 2: one vote a term
        "4, n3, true"})                    // a later term: a new vote
    void rules1And2OneVotePerTerm(long term, String votedFor, boolean granted) {
      Step asked = receive(follower(3, votedFor, "1"), new RaftMessage.RequestVote(term, N2, 1, 1, false));
      assertGranted(asked, Math.max(3, term), granted);
    }

    @ParameterizedTest(name = "own log {0}, candidate''s ends at {1}/{2}: granted {3}")
    @CsvSource({"1 2, 2, 2, true",
        "1 2, 1, 2, false",                // equal terms: the shorter log
        "1 2, 3, 2, true",
        "1 2, 9, 1, false",                // an earlier last term, however long
        "1 1 1, 1, 2, true",               // a later last term, however short
        "'', 0, 0, true"})
    void rule2OnlyACandidateAsUpToDateIsVotedFor(String log, long lastLogIndex, long lastLogTerm, boolean granted) {
      Step asked = receive(follower(3, null, log), new RaftMessage.RequestVote(4, N2, lastLogIndex, lastLogTerm, false));
      assertGranted(asked, 4, granted);
    }

    @Test
    void aPreCandidateThatHasNotVotedVotes() {
      Step asked = receive(preCandidate(3, "1"), new RaftMessage.RequestVote(3, N2, 1, 1, false));
      assertGranted(asked, 3, true);
      assertThat(asked.next().role()).isInstanceOf(Role.Follower.class);
    }

    private void assertGranted(Step asked, long term, boolean granted) {
      List<RaftMessage> answers = granted ? sent(asked.next().writes().pending().isEmpty() ? asked : persisted(asked.next()))
          : sent(asked);
      assertThat(answers).containsExactly(
          granted ? new RaftMessage.VoteGranted(term, SELF) : new RaftMessage.VoteRefused(term, SELF));
    }
  }

  @Nested
  class AllServers {
    @Test
    void committedEntriesAreAppliedInOrder() {
      Step step = receive(follower(1, null, "1 1 1"), append(1, 3, 1, "", 2));
      assertThat(step.effects()).contains(new Effect.Commit(CoreFixture.entries("1 1")));
    }

    @Test
    void aHigherTermMakesALeaderAFollower() {
      assertThat(receive(leader(2, "1"), new RaftMessage.AppendRefused(5, N2, 1, 0, 1, 0)).next())
          .matches(state -> state.currentTerm() == 5 && state.role() instanceof Role.Follower && state.votedFor().isEmpty());
    }

    @Test
    void aHigherTermMakesACandidateAFollower() {
      assertThat(receive(candidate(2, "1"), new RaftMessage.VoteRefused(5, N2)).next())
          .matches(state -> state.currentTerm() == 5 && state.role() instanceof Role.Follower && state.votedFor().isEmpty());
    }
  }

  @Nested
  class Followers {
    @Test
    void theyCampaignWhenTheElectionTimeoutPasses() {
      assertThat(step(follower(1, null, "1"), new Input.TimerFired(Timer.ELECTION)).next().role())
          .isInstanceOf(Role.PreCandidate.class);
    }

    @Test
    void notIfALeaderWasHeardMeanwhile() {
      RaftState heard = receive(follower(1, null, "1"), append(1, 1, 1, "", 0)).next();
      Step step = step(heard, new Input.TimerFired(Timer.ELECTION));
      assertThat(step.next().role()).isInstanceOf(Role.Follower.class);
      assertThat(step.effects()).hasOnlyElementsOfType(Effect.SetTimer.class);
    }

    @Test
    void grantingAVoteGivesTheCandidateItsTime() {
      assertThat(receive(follower(1, null, "1"), new RaftMessage.RequestVote(2, N2, 1, 1, false)).effects())
          .contains(Elections.electionTimer(follower(1, null, "1")));
    }
  }

  @Nested
  class Candidates {
    @Test
    void aCampaignRaisesTheTermVotesForItselfSetsTheTimerAndAsksEverybody() {
      Step won = receive(preCandidate(1, "1"), new RaftMessage.PreVoteGranted(2, N2));
      assertThat(won.next()).matches(state -> state.currentTerm() == 2 && state.votedFor().equals(Optional.of(SELF)));
      assertThat(won.effects()).contains(Elections.electionTimer(won.next()));
      assertThat(persisted(won.next()).effects()).filteredOn(Effect.Send.class::isInstance)
          .extracting(effect -> ((Effect.Send) effect).to()).containsExactly(N2, N3);
    }

    @Test
    void aMajorityMakesALeader() {
      assertThat(candidate(2, "1").role()).isInstanceOf(Role.Candidate.class);
      assertThat(candidate(2, "1", N2).role()).isInstanceOf(Role.Leader.class);
    }

    @Test
    void aVoteGivenTwiceCountsOnce() {
      RaftState state = receive(preCandidateOfFive(1), new RaftMessage.PreVoteGranted(2, N2)).next();
      assertThat(receive(state, new RaftMessage.PreVoteGranted(2, N2)).next().role()).isInstanceOf(Role.PreCandidate.class);
      state = receive(candidateOfFive(2), new RaftMessage.VoteGranted(2, N2)).next();
      assertThat(receive(state, new RaftMessage.VoteGranted(2, N2)).next().role()).isInstanceOf(Role.Candidate.class);
    }

    @Test
    void theLeaderOfTheTermIsFollowed() {
      RaftState next = receive(candidate(2, "1"), append(2, 1, 1, "2", 0)).next();
      assertThat(next.role()).isInstanceOf(Role.Follower.class);
      assertThat(next.leaderId()).contains(N2);
    }

    @Test
    void aSplitVoteIsTriedAgain() {
      assertThat(step(candidate(2, "1"), new Input.TimerFired(Timer.ELECTION)).next().role()).isInstanceOf(Role.PreCandidate.class);
    }

    @Test
    void votesCountAsLongAsTheTermLasts() {
      RaftState asksAgain = electionTimeouts(candidate(2, "1"), 2);
      Step elected = receive(asksAgain, new RaftMessage.VoteGranted(2, N3));
      assertThat(elected.next()).matches(state -> state.role() instanceof Role.Leader && state.currentTerm() == 2);
      assertThat(elected.effects()).contains(new Effect.CancelTimer(Timer.ELECTION), Replication.heartbeatTimer(asksAgain));
    }

    @Test
    void itsOwnVoteAndItsQuestionsMayBeLateToo() {
      RaftState waits = electionTimeouts(receive(preCandidate(1, "1"), new RaftMessage.PreVoteGranted(2, N2)).next(), 1);
      assertThat(waits.role()).isInstanceOf(Role.PreCandidate.class);
      Step voted = persisted(waits);
      assertThat(sent(voted)).containsOnly(new RaftMessage.RequestVote(2, SELF, 1, 1, false));
      assertThat(receive(voted.next(), new RaftMessage.VoteGranted(2, N2)).next().role()).isInstanceOf(Role.Leader.class);
    }

    @Test
    void lateVotesAreCountedTogetherWithThoseInTime() {
      RaftState state = receive(candidateOfFive(2), new RaftMessage.VoteGranted(2, N2)).next();
      state = receive(electionTimeouts(state, 1), new RaftMessage.VoteGranted(2, N2)).next();
      assertThat(state.role()).isInstanceOf(Role.PreCandidate.class);
      assertThat(receive(electionTimeouts(state, 1), new RaftMessage.VoteGranted(2, N3)).next().role()).isInstanceOf(Role.Leader.class);
    }

    @Test
    void whoHasFollowedMeanwhileIsNotElectedByLateVotes() {
      RaftState followed = receive(electionTimeouts(candidate(2, "1"), 1), new RaftMessage.PreVote(3, N2, 1, 1)).next();
      assertThat(followed.role()).isInstanceOf(Role.Follower.class);
      assertThat(receive(followed, new RaftMessage.VoteGranted(2, N3)).next().role()).isInstanceOf(Role.Follower.class);
      RaftState asksAgain = electionTimeouts(followed, 1);
      assertThat(receive(asksAgain, new RaftMessage.VoteGranted(2, N3)).next().role()).isInstanceOf(Role.PreCandidate.class);
    }

    @Test
    void norByItsOwnLateVote() {
      RaftState waits = electionTimeouts(receive(preCandidate(1, "1"), new RaftMessage.PreVoteGranted(2, N2)).next(), 1);
      RaftState followed = receive(waits, new RaftMessage.PreVote(3, N2, 1, 1)).next();
      RaftState voted = persisted(electionTimeouts(followed, 1)).next();
      assertThat(receive(voted, new RaftMessage.VoteGranted(2, N2)).next().role()).isInstanceOf(Role.PreCandidate.class);
    }

    private static RaftState electionTimeouts(RaftState state, int times) {
      RaftState next = state;
      for (int i = 0; i < times; i++) {
        next = step(next, new Input.TimerFired(Timer.ELECTION)).next();
      }
      return next;
    }

    private static RaftState preCandidateOfFive(long term) {
      Membership five = Membership.ofVoters(CoreFixture.peers("n1 n2 n3 n4 n5"));
      return electionTimeouts(RaftState.restored(SELF, CoreFixture.SETTINGS, term, Optional.empty(), EntryLog.empty(0, 0, five)), 1);
    }

    private static RaftState candidateOfFive(long term) {
      RaftState asking = receive(preCandidateOfFive(term - 1), new RaftMessage.PreVoteGranted(term, N2)).next();
      return persist(receive(asking, new RaftMessage.PreVoteGranted(term, N3)).next());
    }
  }

  @Nested
  class Leaders {
    @Test
    void theyBeginWithANoOpToEverybody() {
      Step elected = receive(candidate(2, "1"), new RaftMessage.VoteGranted(2, N2));
      assertThat(sent(elected)).containsOnly(
          new RaftMessage.AppendEntries(2, SELF, 1, 1, CoreFixture.entriesAfter(1, "2"), 0, 0)).hasSize(2);
    }

    @Test
    void heartbeatsGoOutWhenIdle() {
      assertThat(sent(step(leader(2, "1"), new Input.TimerFired(Timer.HEARTBEAT))))
          .filteredOn(RaftMessage.AppendEntries.class::isInstance).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aProposalIsAppendedAndReplicatedAndCommittedOnceAMajorityHoldsIt() {
      RaftState ready = receive(leader(2, ""), new RaftMessage.AppendAccepted(2, N2, 1, 0)).next();
      RaftState proposed = persist(step(ready, new Input.Propose(List.of(new Input.Proposal(7, new byte[1])), 0)).next());
      assertThat(proposed.commitIndex()).isEqualTo(1);
      assertThat(receive(proposed, new RaftMessage.AppendAccepted(2, N2, 2, 0)).next().commitIndex()).isEqualTo(2);
    }

    @Test
    void theLeadersOwnCopyCountsOnlyOnceItIsDurable() {
      RaftState elected = candidate(2, "", N2);
      RaftState accepted = receive(elected, new RaftMessage.AppendAccepted(2, N2, 1, 0)).next();
      assertThat(accepted.commitIndex()).isZero();
      assertThat(persist(accepted).commitIndex()).isEqualTo(1);
    }

    @ParameterizedTest(name = "log {0} in term 4, n2 matches {1}, n3 matches {2}: commitIndex {3}")
    @CsvSource({"1 2, 3, 0, 3",            // the no-op of term 4 is entry 3
        "1 2, 0, 3, 3",
        "1 2, 2, 2, 0",                    // a majority holds it, but it is of an older term (§5.4.2, Figure 8)
        "1 2, 0, 0, 0"})
    void onlyAnEntryOfTheOwnTermCommitsByCounting(String log, long matchOfN2, long matchOfN3, long commitIndex) {
      RaftState state = leader(4, log);
      state = receive(state, new RaftMessage.AppendAccepted(4, N2, matchOfN2, 0)).next();
      state = receive(state, new RaftMessage.AppendAccepted(4, N3, matchOfN3, 0)).next();
      assertThat(state.commitIndex()).isEqualTo(commitIndex);
    }

    @Test
    void aLateAnswerDoesNotLowerMatchIndex() {
      RaftState state = receive(leader(2, "1"), new RaftMessage.AppendAccepted(2, N2, 2, 0)).next();
      state = receive(state, new RaftMessage.AppendAccepted(2, N2, 1, 0)).next();
      assertThat(Replication.progress(state, N2)).map(Progress::matchIndex).contains(2L);
    }

    @Test
    void aRefusalLowersNextIndexAndRetries() {
      Step refused = receive(leader(3, "1 1"), new RaftMessage.AppendRefused(3, N2, 2, 0, 1, 0));
      assertThat(sent(refused)).containsExactly(
          new RaftMessage.AppendEntries(3, SELF, 0, 0, CoreFixture.entries("1 1 3"), 0, 0));
    }
  }

  /** Beyond the figure: a vote is withheld while a leader is heard (thesis §4.2.3), unless that leader wants the election (§3.10). */
  @ParameterizedTest(name = "leadership transfer {0}: term {1}")
  @CsvSource({"false, 1", "true, 2"})
  void aRequestForVotesIsLeftAloneWhileALeaderIsHeard(boolean leadershipTransfer, long term) {
    RaftState heard = receive(follower(1, null, "1"), append(1, 1, 1, "", 0)).next();
    Step asked = RaftCore.step(heard, new Input.Received(new RaftMessage.RequestVote(2, N3, 1, 1, leadershipTransfer)), NOW + 1);
    assertThat(asked.next().currentTerm()).isEqualTo(term);
  }
}
