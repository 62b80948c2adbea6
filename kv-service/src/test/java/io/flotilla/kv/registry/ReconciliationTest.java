package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.registry.Reconciliation.Action;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
  private static final Registry THREE = RegistryFixture.threeNodes();

  @Test
  void nothingIsToDoWhereAllIsAsItShallBe() {
    assertThat(Reconciliation.plan("n1", THREE, hosted("meta", "g1"))).isEmpty();
  }

  @Test
  void aNodeThatIsAddedStartsWithAnEmptyReplicaThatKnowsNoVoters() {
    Registry adding = RegistryFixture.after(THREE, RegistryFixture.register("n4", "folder-n4"), setMembers("n1", "n2", "n3", "n4"));
    assertThat(Reconciliation.plan("n4", adding, Map.of()))
        .containsExactly(new Action.Start(new HostedReplica("g1", 1, new TreeSet<>())));
  }

  @Test
  void aNodeThatLeavesDeletesOnlyOnceTheNewMembershipIsInForce() {
    Registry removing = RegistryFixture.after(THREE, setMembers("n1", "n2"));
    assertThat(Reconciliation.plan("n3", removing, hosted("meta", "g1"))).isEmpty();
    Registry removed = settled(removing);
    assertThat(Reconciliation.plan("n3", removed, hosted("meta", "g1"))).containsExactly(new Action.Remove("g1"));
    assertThat(Reconciliation.plan("n3", removed, hosted("meta"))).containsExactly(new Action.ConfirmRemoved("g1"));
  }

  @Test
  void foundersOfANewGroupStartItTogether() {
    Registry added = RegistryFixture.after(THREE, new RegistryCommand.AddGroup("g2", new TreeSet<>(List.of("n1", "n2")), "r1"));
    assertThat(Reconciliation.plan("n2", added, hosted("meta", "g1")))
        .containsExactly(new Action.Start(new HostedReplica("g2", added.number(), new TreeSet<>(List.of("n1", "n2")))));
    assertThat(Reconciliation.plan("n3", added, hosted("meta", "g1"))).isEmpty();
  }

  @Test
  void aVoterWhoseFolderIsNewerThanItsGroupHasLostItsData() {
    Registry emptied = RegistryFixture.after(THREE, RegistryFixture.register("n2", "another-folder"));
    assertThat(Reconciliation.plan("n2", emptied, Map.of()))
        .containsExactly(new Action.RefuseLost("g1"), new Action.RefuseLost("meta"));
  }

  @Test
  void replicasOfARemovedGroupGo() {
    Registry removed = RegistryFixture.after(THREE,
        new RegistryCommand.AddGroup("g2", new TreeSet<>(List.of("n1", "n2")), "r1"), new RegistryCommand.RemoveGroup("g2"));
    assertThat(Reconciliation.plan("n1", removed, hosted("meta", "g1", "g2"))).containsExactly(new Action.Remove("g2"));
  }

  private static RegistryCommand setMembers(String... voters) {
    return new RegistryCommand.SetMembers("g1", Members.ofVoters(List.of(voters)));
  }

  private static Registry settled(Registry registry) {
    return RegistryFixture.after(registry,
        new RegistryCommand.MembersInForce("g1", registry.groups().get("g1").desiredNumber()));
  }

  private static Map<String, HostedReplica> hosted(String... groups) {
    return List.of(groups).stream().collect(Collectors.toMap(group -> group,
        group -> new HostedReplica(group, 1, new TreeSet<>(List.of("n1", "n2", "n3")))));
  }
}
