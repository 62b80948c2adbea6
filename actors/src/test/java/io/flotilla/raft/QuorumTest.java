package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.peers;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {
  @ParameterizedTest(name = "voters {0}, outgoing {1}, granted by {2}: {3}")
  @CsvSource({"n1, '', n1, true",
      "n1 n2, '', n1, false",
      "n1 n2 n3, '', n1 n3, true",
      "n1 n2 n3 n4, '', n1 n2, false",
      "n1 n2 n3 n4 n5, '', n1 n2 n5, true",
      "n1 n2 n3, '', n7 n8, false",
      "n4 n5 n6, n1 n2 n3, n4 n5 n1, false",    // joint: both halves must agree (§6)
      "n4 n5 n6, n1 n2 n3, n4 n5 n1 n2, true",
      "n1 n2 n4, n1 n2 n3, n1 n2, true",
      "'', '', n1, false"})
  void aQuorumIsAMajorityOfEachHalf(String voters, String outgoing, String granted, boolean quorum) {
    Membership membership = new Membership(peers(voters), peers(outgoing), peers(""));
    assertThat(Quorum.has(membership, peers(granted)::contains)).isEqualTo(quorum);
  }

  @RepeatedTest(200)
  void whatAQuorumReachesIsTheGreatestValueThatAQuorumHas() {
    RandomGenerator random = new SplittableRandom();
    Membership membership = new Membership(some(random, 1), some(random, 0), peers(""));
    Map<PeerId, Long> values = new HashMap<>();
    membership.members().forEach(peer -> values.put(peer, random.nextLong(10)));
    long slow = 0;
    for (long value = 0; value < 10; value++) {
      long atLeast = value;
      slow = Quorum.has(membership, peer -> values.get(peer) >= atLeast) ? value : slow;
    }
    assertThat(Quorum.reached(membership, values::get)).as("%s %s", membership, values).isEqualTo(slow);
  }

  private static NavigableSet<PeerId> some(RandomGenerator random, int least) {
    NavigableSet<PeerId> peers = new TreeSet<>();
    for (int count = least + random.nextInt(6); count > 0; count--) {
      peers.add(PeerId.of("n" + random.nextInt(7)));
    }
    return peers;
  }
}
