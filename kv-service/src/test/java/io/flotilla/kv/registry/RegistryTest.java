package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.registry.RegistryReply.Accepted;
import io.flotilla.kv.registry.RegistryReply.Reason;
import io.flotilla.kv.registry.RegistryReply.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryTest {
  private Registry registry = RegistryFixture.threeNodes();

  @Test
  void theFirstGroupsAreWrittenDownOnce() {
    assertThat(registry.groups()).containsOnlyKeys("meta", "g1");
    assertThat(registry.groups().get("g1").settled()).isTrue();
    long number = registry.number();
    RegistryCommand again = new RegistryCommand.Found(new TreeMap<>(Map.of("g9", voters("n1"))));
    assertThat(apply(again)).isEqualTo(new Accepted(number));
    assertThat(registry.groups()).doesNotContainKey("g9");
  }

  @Test
  void aNodeThatSaysTheSameAgainChangesNothing() {
    long number = registry.number();
    assertThat(apply(RegistryFixture.register("n1", "folder-n1"))).isEqualTo(new Accepted(number));
  }

  @Test
  void aNodeThatMovesKeepsItsFolderNumberAndOneWithANewFolderDoesNot() {
    long folderNumber = registry.nodes().get("n1").folderNumber();
    apply(new RegistryCommand.RegisterNode("n1", "elsewhere", 1, Optional.empty(), "folder-n1"));
    assertThat(registry.nodes().get("n1").folderNumber()).isEqualTo(folderNumber);
    apply(RegistryFixture.register("n1", "another"));
    assertThat(registry.nodes().get("n1").folderNumber()).isEqualTo(registry.number()).isGreaterThan(folderNumber);
  }

  @ParameterizedTest(name = "add {0} on {1}: {2}")
  @CsvSource({
      "g2, n1 n2, ''",
      "g1, n1, CONFLICT",
      "G2, n1, INVALID",
      "g/2, n1, INVALID",
      "g2, n1 n9, NOT_FOUND"})
  void aGroupIsAddedUnderAFreeNameOnKnownNodes(String id, String nodes, String refusal) {
    RegistryReply reply = apply(new RegistryCommand.AddGroup(id, voters(nodes.split(" ")), "r1"));
    assertThat(reply instanceof Refused(var reason, _) ? reason.name() : "").isEqualTo(refusal);
  }

  @Test
  void aRepeatedRequestForAGroupIsTheSameRequest() {
    RegistryCommand add = new RegistryCommand.AddGroup("g2", voters("n1"), "r1");
    RegistryReply first = apply(add);
    assertThat(apply(add)).isEqualTo(first);
    assertRefused(new RegistryCommand.AddGroup("g2", voters("n1"), "r2"), Reason.CONFLICT);
  }

  @Test
  void theRegistryAndTheStoreCannotBeRemoved() {
    assertRefused(new RegistryCommand.RemoveGroup("meta"), Reason.CONFLICT);
    assertRefused(new RegistryCommand.RemoveGroup("g1"), Reason.CONFLICT);
    assertRefused(new RegistryCommand.RemoveGroup("g7"), Reason.NOT_FOUND);
  }

  @Test
  void aRemovedGroupsNameIsFreeOnceAllItsReplicasAreGone() {
    apply(new RegistryCommand.AddGroup("g2", voters("n1", "n2"), "r1"));
    apply(new RegistryCommand.RemoveGroup("g2"));
    apply(new RegistryCommand.ReplicaRemoved("g2", "n1"));
    RegistryCommand again = new RegistryCommand.AddGroup("g2", voters("n1"), "r2");
    assertRefused(again, Reason.CONFLICT);
    apply(new RegistryCommand.ReplicaRemoved("g2", "n2"));
    assertThat(apply(again)).isInstanceOf(Accepted.class);
  }

  @Test
  void aChangeOfMembersEndsWhenItsOwnNumberIsReported() {
    apply(RegistryFixture.register("n4", "folder-n4"));
    setMembers("n1", "n2", "n4");
    long desiredNumber = group().desiredNumber();
    assertThat(group().hosts()).containsExactly("n1", "n2", "n3", "n4");
    apply(new RegistryCommand.MembersInForce("g1", desiredNumber - 1));
    assertThat(group().settled()).isFalse();
    apply(new RegistryCommand.MembersInForce("g1", desiredNumber));
    assertThat(group().settled()).isTrue();
    assertThat(group().inForce().voters()).containsExactly("n1", "n2", "n4");
    assertThat(group().departing()).containsExactly("n3");
  }

  @Test
  void aNodeComesBackOnlyAfterItsOldReplicaIsGone() {
    setMembers("n1", "n2");
    settle();
    RegistryCommand back = new RegistryCommand.SetMembers("g1", Members.ofVoters(List.of("n1", "n2", "n3")));
    assertRefused(back, Reason.CONFLICT);
    apply(new RegistryCommand.ReplicaRemoved("g1", "n3"));
    assertThat(apply(back)).isInstanceOf(Accepted.class);
  }

  @Test
  void aChangeUnderWayCanOnlyBeGivenUp() {
    apply(RegistryFixture.register("n4", "folder-n4"));
    setMembers("n1", "n2", "n3", "n4");
    assertRefused(new RegistryCommand.SetMembers("g1", Members.ofVoters(List.of("n1"))), Reason.CONFLICT);
    setMembers("n1", "n2", "n3");
    assertThat(group().settled()).as("the log may have gone halfway, so its leader has to report").isFalse();
    settle();
    assertThat(group().departing()).as("it may have begun to hold a replica").containsExactly("n4");
  }

  @ParameterizedTest(name = "voters {0}, learners {1}: {2}")
  @CsvSource({"'', '', INVALID", "n1, n1, INVALID", "n1 n9, '', NOT_FOUND", "n1, n9, NOT_FOUND"})
  void membersMakeSense(String voters, String learners, Reason reason) {
    assertRefused(new RegistryCommand.SetMembers("g1", Members.of(words(voters), words(learners))), reason);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  private static SortedSet<String> voters(String... ids) {
    return new TreeSet<>(List.of(ids));
  }

  private void setMembers(String... voters) {
    assertThat(apply(new RegistryCommand.SetMembers("g1", Members.ofVoters(List.of(voters))))).isInstanceOf(Accepted.class);
  }

  private void settle() {
    apply(new RegistryCommand.MembersInForce("g1", group().desiredNumber()));
  }

  private GroupEntry group() {
    return registry.groups().get("g1");
  }

  private void assertRefused(RegistryCommand command, Reason reason) {
    Registry before = registry;
    assertThat(apply(command)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    assertThat(registry).isEqualTo(before);
  }

  private RegistryReply apply(RegistryCommand command) {
    Registry.Outcome outcome = registry.apply(command);
    registry = outcome.next();
    return outcome.reply();
  }
}
