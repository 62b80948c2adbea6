package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.SELF;
import static io.flotilla.raft.CoreFixture.leader;
import static io.flotilla.raft.CoreFixture.persisted;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.sent;
import static io.flotilla.raft.CoreFixture.terms;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figure 7: whatever followers hold when a leader comes to power, it makes their logs equal to its own (§5.3). */
class Figure7Test {
  private static final String LEADERS_LOG = "1 1 1 4 4 5 5 6 6 6";

  @ParameterizedTest(name = "({0}) {1}: repaired after {2} refusals")
  @CsvSource({"a, 1 1 1 4 4 5 5 6 6, 1",
      "b, 1 1 1 4, 1",
      "c, 1 1 1 4 4 5 5 6 6 6 6, 0",
      "d, 1 1 1 4 4 5 5 6 6 6 7 7, 0",
      "e, 1 1 1 4 4 4 4, 2",                  // entry by entry it would be five
      "f, 1 1 1 2 2 2 3 3 3 3 3, 2"})         // entry by entry it would be seven
  void theLeaderOfTermEightRepairsTheLogATermAtATime(String name, String followersLog, int refusals) {
    RaftState leader = leader(8, LEADERS_LOG);
    RaftState follower = RaftState.restored(N2, CoreFixture.SETTINGS, 7, Optional.empty(), CoreFixture.log(followersLog));
    Deque<RaftMessage> toFollower = new ArrayDeque<>(List.of(
        new RaftMessage.AppendEntries(8, SELF, 10, 6, CoreFixture.entriesAfter(10, "8"), 0, 0)));
    int refused = 0;
    while (!toFollower.isEmpty()) {
      Step answered = receive(follower, toFollower.remove());
      Step durable = persisted(answered.next());
      follower = durable.next();
      for (RaftMessage answer : sent(answered.and(durable.effects().toArray(Effect[]::new)))) {
        refused += answer instanceof RaftMessage.AppendRefused ? 1 : 0;
        Step next = receive(leader, answer);
        leader = next.next();
        next.effects().stream().filter(effect -> effect instanceof Effect.Send(var to, _) && to.equals(N2))
            .forEach(effect -> toFollower.add(((Effect.Send) effect).message()));
      }
    }
    assertThat(terms(follower.log())).as("log of %s", name).isEqualTo(LEADERS_LOG + " 8");
    assertThat(refused).isEqualTo(refusals);
  }
}
