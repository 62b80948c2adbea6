package io.flotilla.simulation.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Faults;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvSimulationTest {
  @Test
  void aClientReadsWhatItWrote() {
    KvSimulation store = KvSimulation.start(Simulation.of(1).peers(3));
    KvSimulation.Client client = store.newClient();
    assertThat(client.put("k", "a")).isEqualTo(new Outcome.Written(1));
    assertThat(client.append("k", "b")).isEqualTo(new Outcome.Written(2));
    assertThat(client.get("k")).isEqualTo(new Outcome.Found("ab", 2));
    store.checkLinearizable();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatClientsSeeIsLinearizableWhileLeadersComeAndGo(long seed) {
    KvSimulation store = KvSimulation.start(Simulation.of(seed).peers(3).network(LinkConditions.UNRELIABLE));
    Simulation group = store.group();
    List<Outcome> outcomes = new ArrayList<>();
    for (int c = 0; c < 4; c++) {
      KvSimulation.Client client = store.newClient();
      group.go("caller", () -> {
        for (int i = 0; i < 40; i++) {
          outcomes.add(i % 3 == 0 ? client.get("k") : client.append("k", "x"));
        }
      });
    }
    for (int round = 0; round < 4; round++) {
      group.advance(Duration.ofMillis(1500));
      group.leader().ifPresent(leader -> cutOffForAWhile(group, leader));
    }
    assertThat(group.until(() -> outcomes.size() == 160, Duration.ofMinutes(2))).as("%d answers", outcomes.size()).isTrue();
    store.checkLinearizable();
  }

  private static void cutOffForAWhile(Simulation group, PeerId leader) {
    group.disconnect(leader);
    group.advance(Duration.ofMillis(1500));
    group.reconnect(leader);
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    assertThat(hashOf(7)).isEqualTo(hashOf(7)).isNotEqualTo(hashOf(8));
  }

  private static long hashOf(long seed) {
    KvSimulation store = KvSimulation.start(Simulation.of(seed).peers(3).faults(Faults.NONE));
    KvSimulation.Client client = store.newClient();
    store.group().go("caller", () -> {
      for (int i = 0; i < 20; i++) {
        client.put("k", "v" + i);
      }
    });
    store.group().advance(Duration.ofSeconds(3));
    return store.group().world().trace().hash();
  }
}
