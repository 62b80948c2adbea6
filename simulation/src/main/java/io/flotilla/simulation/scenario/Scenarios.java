package io.flotilla.simulation.scenario;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All scenarios, family by family, in the suites' order. */
public final class Scenarios {
  private static final List<Scenario> ALL = Stream.of(
      NetworkScenarios.all(), KvServerScenarios.all(), LockScenarios.all(), ExactlyOnceScenarios.all(), RaftElectionScenarios.all(),
      RaftLogScenarios.all(), RaftPersistenceScenarios.all(), RaftSnapshotScenarios.all(), StateMachineScenarios.all(),
      ReplicatedKvScenarios.all(), ReplicatedKvDirectedScenarios.all(), LeaderPitfallScenarios.all(),
      SnapshotPitfallScenarios.all(), DiskPitfallScenarios.all(), LogPitfallScenarios.all(), ReadPitfallScenarios.all(),
      StorePitfallScenarios.all(), SessionPitfallScenarios.all(), RouterPitfallScenarios.all(), MapReduceScenarios.all())
      .flatMap(List::stream).toList();

  private Scenarios() {}

  public static List<Scenario> all() {
    return ALL;
  }

  /** By id or title, in any case. */
  public static Optional<Scenario> find(String name) {
    return ALL.stream().filter(scenario -> scenario.id().equalsIgnoreCase(name) || scenario.title().equalsIgnoreCase(name)).findFirst();
  }
}
