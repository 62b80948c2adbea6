package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.SETTINGS;
import static io.flotilla.raft.CoreFixture.appends;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Whom a leader spares, and for how long. Of the followers n2 answers after a microsecond, each other one
 * a microsecond later.
 */
class ThriftyTest {
  private static final Duration DELAY = Duration.ofMillis(10);
  private static final RaftSettings THRIFTY = new RaftSettings(SETTINGS.heartbeatInterval(), SETTINGS.electionTimeoutMin(),
      SETTINGS.electionTimeoutMax(), 1000, 10, 4, DELAY, 4, SETTINGS.leaseDuration(), 0, 1);
  private static final long MICRO = 1000;

  private RaftState state;
  private long nowNanos = CoreFixture.NOW;

  /** Leads {@code peers} replicas in term 2; all have answered for its no-op and for entry 2, and nothing is under way. */
  private void lead(int peers) {
    lead(Membership.ofVoters(IntStream.rangeClosed(1, peers).mapToObj(n -> PeerId.of("n" + n)).toList()));
  }

  private void lead(Membership membership) {
    state = RaftState.restored(SELF, THRIFTY, 1, Optional.empty(), EntryLog.empty(0, 0, membership));
    step(new Input.TimerFired(Timer.ELECTION));
    others().forEach(peer -> receive(new RaftMessage.PreVoteGranted(2, peer)));
    persist();
    others().forEach(peer -> receive(new RaftMessage.VoteGranted(2, peer)));
    persist();
    others().forEach(peer -> accept(peer, 1));
    if (setsTimer(propose())) {
      timeIsUp();
    }
    persist();
    answerInTurn(2);
  }

  private List<PeerId> others() {
    return state.membership().members().stream().filter(peer -> !peer.equals(SELF)).toList();
  }

  private Step step(Input input) {
    Step step = RaftCore.step(state, input, nowNanos);
    state = step.next();
    return step;
  }

  private Step receive(RaftMessage message) {
    return step(new Input.Received(message));
  }

  private Step propose() {
    return propose(1);
  }

  private Step propose(int bytes) {
    return step(new Input.Propose(List.of(new Input.Proposal(0, new byte[bytes])), 0));
  }

  private Step persist() {
    return step(new Input.PersistedUpTo(state.writes().lastWriteNumber()));
  }

  private Step accept(PeerId peer, long matchIndex) {
    return receive(new RaftMessage.AppendAccepted(2, peer, matchIndex, 0));
  }

  private Step timeIsUp() {
    return step(new Input.TimerFired(Timer.THRIFTY));
  }

  private void answerInTurn(long matchIndex) {
    for (PeerId peer : others()) {
      nowNanos += MICRO;
      accept(peer, matchIndex);
    }
  }

  private static boolean setsTimer(Step step) {
    return step.effects().contains(new Effect.SetTimer(Timer.THRIFTY, DELAY, DELAY));
  }

  @Test
  void aCommandGoesToTheFollowerThatAnswersSoonest() {
    lead(3);
    Step proposed = propose();

    assertThat(appends(proposed)).containsExactly("n2: 3-3");
    assertThat(setsTimer(proposed)).isTrue();
  }

  @Test
  void ofFiveAsManyAsMakeAMajorityGetIt() {
    lead(5);

    assertThat(appends(propose())).containsExactly("n2: 3-3", "n3: 3-3");
  }

  @Test
  void ofFourTwoAreNeeded() {
    lead(4);

    assertThat(appends(propose())).containsExactly("n2: 3-3", "n3: 3-3");
  }

  @Test
  void ofTwoNobodyIsSpared() {
    lead(2);
    Step proposed = propose();

    assertThat(appends(proposed)).containsExactly("n2: 3-3");
    assertThat(setsTimer(proposed)).isFalse();
  }

  @Test
  void learnersAreSpared() {
    lead(Membership.of(List.of(SELF, N3), List.of(N2)));

    assertThat(appends(propose())).containsExactly("n3: 3-3");
  }

  @Test
  void whoIsSparedGetsAllWhenTheTimeIsUp() {
    lead(3);
    propose();
    persist();
    accept(N2, 3);
    Step second = propose();
    Step timeUp = timeIsUp();

    assertThat(setsTimer(second)).as("the timer runs").isFalse();
    assertThat(appends(timeUp)).containsExactly("n3: 3-4");
    persist();
    answerInTurn(4);
    assertThat(setsTimer(propose())).as("it runs anew").isTrue();
  }

  @Test
  void whoLacksAsManyAsIsAllowedGetsThemAtOnce() {
    lead(3);
    for (long index = 3; index < 6; index++) {
      assertThat(appends(propose())).containsExactly("n2: %d-%d".formatted(index, index));
      persist();
      accept(N2, index);
    }

    assertThat(appends(propose())).containsExactly("n2: 6-6", "n3: 3-6");
  }

  @Test
  void whatNoLongerFitsOneAppendGoesAtOnce() {
    lead(3);
    propose(600);
    persist();
    accept(N2, 3);

    assertThat(appends(propose(600))).containsExactly("n2: 4-4", "n3: 3-3", "n3: 4-4");
  }

  @Test
  void whoOwesAnAnswerForLongerThanAnotherTakesIsNotReliedUpon() {
    lead(3);
    propose();
    persist();
    nowNanos += Duration.ofMillis(1).toNanos();

    assertThat(appends(propose())).containsExactly("n3: 3-4");
  }

  @Test
  void whoIsSparedTakesAnothersPlaceOnceItIsSoonerByFar() {
    lead(3);
    answerAfterMicros(16);   // smoothed 2.875; n3, which is spared, took 2

    assertThat(appends(propose())).containsExactly("n2: 4-4");
    persist();
    accept(N2, 4);
    timeIsUp();
    accept(N3, 4);
    answerAfterMicros(100);
    assertThat(appends(propose())).containsExactly("n3: 5-6");
  }

  /** The next command, which is sent to n2 alone. */
  private void answerAfterMicros(long micros) {
    propose();
    persist();
    nowNanos += micros * MICRO;
    accept(N2, state.log().lastIndex());
  }

  @Test
  void whoseLogIsLookedForIsNotReliedUpon() {
    lead(3);
    propose();
    persist();
    receive(new RaftMessage.AppendRefused(2, N2, 3, 0, 3, 0));

    assertThat(appends(propose())).containsExactly("n3: 3-4");
  }

  @Test
  void nobodyIsSparedInAJointMembership() {
    lead(3);
    Step change = step(new Input.ChangeMembership(1, CoreFixture.peers("n1 n2"), CoreFixture.peers("n3")));
    persist();
    Step proposed = propose();

    assertThat(state.membership().isJoint()).isTrue();
    assertThat(appends(change)).containsExactly("n2: 3-3", "n3: 3-3");
    assertThat(appends(proposed)).containsExactly("n2: 4-4", "n3: 4-4");
  }

  @Test
  void nobodyIsSparedByALeaderThatLeaves() {
    lead(4);
    step(new Input.ChangeMembership(1, CoreFixture.peers("n2 n3 n4"), CoreFixture.peers("")));
    persist();
    answerInTurn(3);
    persist();
    Step proposed = propose();

    assertThat(state.membership()).isEqualTo(Membership.ofVoters(CoreFixture.peers("n2 n3 n4")));
    assertThat(appends(proposed)).containsExactly("n2: 5-5", "n3: 5-5", "n4: 5-5");
  }

  @Test
  void whoWasSparedGetsAllBeforeTheLogLosesIt() {
    lead(3);
    propose();
    persist();
    accept(N2, 3);

    assertThat(appends(step(new Input.SnapshotSaved(3)))).containsExactly("n3: 3-3");
  }

  @Test
  void theHeirOfLeadershipIsSentWhatItLacks() {
    lead(3);
    propose();
    persist();

    assertThat(appends(step(new Input.TransferLeadership(1, N3)))).containsExactly("n3: 3-3");
  }

  @Test
  void aLeaderThatIsDeposedSparesNobodyAnyMore() {
    lead(3);
    propose();
    Step deposed = receive(new RaftMessage.AppendEntries(3, N2, 2, 2, List.of(), 2, 0));

    assertThat(deposed.effects()).contains(new Effect.CancelTimer(Timer.THRIFTY));
  }
}
