package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
  private final CapturedCommandLine flotilla = new CapturedCommandLine();

  @ParameterizedTest
  @ValueSource(strings = {"simulate", "simulate --scenario no-such", "simulate --scenario RE1 --seeds 5..1",
      "simulate --scenario RE1 --seeds some", "simulate --scenario RE1 --threads 0", "simulate --scenario RE1 --seeds 1..2 --trace",
      "simulate --scenario all --seeds 1 --trace"})
  void wrongUsageIsStatus2(String line) {
    assertThat(flotilla.run(line.split(" "))).isEqualTo(2);
    assertThat(flotilla.err()).contains("Usage:");
  }

  @Test
  void listsScenarios() {
    assertThat(flotilla.run("simulate", "--list")).isZero();
    assertThat(flotilla.out()).contains("RE1", "InitialElection", "KV17-appends");
  }

  @Test
  void playsEachSeedOnce() throws IOException {
    assertThat(flotilla.run("simulate", "--scenario", "re1,BasicAgree", "--seeds", "3..6", "--threads", "2", "--json")).isZero();
    JsonNode scenarios = new ObjectMapper().readTree(flotilla.out()).path("scenarios");
    assertThat(scenarios).hasSize(2).allSatisfy(scenario -> {
      assertThat(scenario.path("runs").asInt()).isEqualTo(4);
      assertThat(scenario.path("virtualSeconds").asDouble()).isPositive();
      assertThat(scenario.path("failures")).isEmpty();
    });
  }

  @Test
  void tracesOneRun() {
    assertThat(flotilla.run("simulate", "--scenario", "RE1", "--seeds", "1", "--trace")).isZero();
    assertThat(flotilla.out()).contains("start n1", "RequestVote", "RE1 InitialElection, seed 1: held");
  }
}
