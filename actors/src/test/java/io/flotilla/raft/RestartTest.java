package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.NOW;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.entries;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a server does first with what it finds on its disk. */
class RestartTest {
  private static final Membership ALONE = Membership.ofVoters(List.of(SELF));
  private static final Membership TWO = Membership.ofVoters(List.of(SELF, N2));

  private static Role start(EntryLog log) {
    RaftState restored = RaftState.restored(SELF, CoreFixture.SETTINGS, 1, Optional.empty(), log);
    return RaftCore.start(restored, NOW).next().role();
  }

  @Test
  void aServerWithOthersWaitsForTheirLeader() {
    assertThat(start(EntryLog.empty(0, 0, TWO).append(entries("1 1")))).isInstanceOf(Role.Follower.class);
  }

  @Test
  void aServerThatHasAlwaysBeenAloneCampaignsAtOnce() {
    assertThat(start(EntryLog.empty(0, 0, ALONE).append(entries("1 1")))).isInstanceOf(Role.Candidate.class);
  }

  /** n2 may lead on until it has committed the change, and serve reads by a lease that rests on n1's promise. */
  @Test
  void aServerThatAChangeLeavesAloneWaitsForItsAuthorAllTheSame() {
    EntryLog log = EntryLog.empty(0, 0, TWO).append(List.of(new LogEntry.Reconfiguration(1, 1, ALONE)));
    assertThat(start(log)).isInstanceOf(Role.Follower.class);
  }
}
