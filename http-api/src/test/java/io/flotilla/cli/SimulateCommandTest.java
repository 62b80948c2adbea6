package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"simulate", "simulate --scenario no-such", "simulate --scenario RE1 --seeds 5..1",
      "simulate --scenario RE1 --seeds some", "simulate --scenario RE1 --threads 0", "simulate --scenario RE1 --seeds 1..2 --trace",
      "simulate --scenario all --seeds 1 --trace"})
  void wrongUsageIsStatus2(String line) {
    assertThat(run(line)).isEqualTo(2);
    assertThat(err.toString()).contains("Usage:");
  }

  @Test
  void listsScenarios() {
    assertThat(run("simulate --list")).isZero();
    assertThat(out.toString()).contains("RE1", "InitialElection", "KV17-appends");
  }

  @Test
  void playsEachSeedOnce() throws IOException {
    assertThat(run("simulate --scenario re1,BasicAgree --seeds 3..6 --threads 2 --json")).isZero();
    JsonNode scenarios = new ObjectMapper().readTree(out.toString()).path("scenarios");
    assertThat(scenarios).hasSize(2).allSatisfy(scenario -> {
      assertThat(scenario.path("runs").asInt()).isEqualTo(4);
      assertThat(scenario.path("virtualSeconds").asDouble()).isPositive();
      assertThat(scenario.path("failures")).isEmpty();
    });
  }

  @Test
  void tracesOneRun() {
    assertThat(run("simulate --scenario RE1 --seeds 1 --trace")).isZero();
    assertThat(out.toString()).contains("start n1", "RequestVote", "RE1 InitialElection, seed 1: held");
  }

  private int run(String line) {
    CommandLine commandLine = FlotillaCommand.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(line.split(" "));
  }
}
