package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flotilla.kv.registry.ClusterAdmin.AdminReply;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators are told, by a registry that answers and replicas of which n1's lead. */
class RegistryAdminTest {
  private final FakeMeta meta = new FakeMeta();
  private RegistryAdmin admin;
  private GroupManager.Hosted hosted;

  @BeforeEach
  void start() {
    meta.spawnLeader("g1");
    for (RegistryCommand command : List.of(new RegistryCommand.Found(RegistryFixture.firstGroups()),
        RegistryFixture.register("n1", "folder-n1"), RegistryFixture.register("n2", "folder-n2"),
        RegistryFixture.register("n3", "folder-n3"))) {
      meta.apply(command);
    }
    hosted = hosted(true, "g1", "meta");
    admin = new RegistryAdmin(meta.system(), meta.book, "n1", meta.testKit.spawn(Behaviors.receiveMessage(command -> {
      if (command instanceof GroupManager.GetHosted(var replyTo)) {
        replyTo.tell(hosted);
      }
      return Behaviors.same();
    })));
  }

  @AfterEach
  void stop() {
    meta.close();
  }

  @Test
  void groupsAreAsTheRegistryAndTheirReplicasSay() {
    ClusterAdmin.GroupView group = done(admin.groups()).getFirst();
    assertThat(group.id()).isEqualTo("g1");
    assertThat(group.leader()).contains("n1");
    assertThat(group.term()).isEqualTo(3);
    assertThat(group.voters()).containsExactly("n1", "n2", "n3");
    assertThat(group.replicas()).containsExactly(new ClusterAdmin.ReplicaView("n1", "leader", 3, 7, 7, 8, 5));
    assertThat(done(admin.nodes())).extracting(ClusterAdmin.NodeView::id).containsExactly("n1", "n2", "n3");
  }

  @Test
  void aNodeServesTheShardsOfItsGroups() {
    meta.apply(new RegistryCommand.AddGroup("g2", nodes("n1", "n2"), "request"));
    meta.apply(new RegistryCommand.SetMembers("g1", new Members(nodes("n1", "n2"), nodes())));
    meta.apply(new RegistryCommand.MembersInForce("g1", meta.registry().groups().get("g1").desiredNumber()));
    assertThat(done(admin.nodes())).extracting(ClusterAdmin.NodeView::id, ClusterAdmin.NodeView::groups, ClusterAdmin.NodeView::shards)
        .containsExactly(tuple("n1", List.of("g1", "g2", "meta"), 1), tuple("n2", List.of("g1", "g2", "meta"), 1),
            tuple("n3", List.of("meta"), 0));
  }

  @Test
  void aNodeIsReadyOnceItIsRegisteredAndItsReplicasKnowLeaders() {
    assertThat(done(admin.readiness())).isEqualTo(new ClusterAdmin.Readiness(true, List.of()));
    hosted = hosted(true, "g1", "g7");
    assertThat(done(admin.readiness())).isEqualTo(new ClusterAdmin.Readiness(false, List.of("g7")));
    hosted = hosted(false);
    assertThat(done(admin.readiness()).ready()).isFalse();
  }

  @Test
  void whatCannotBeIsRefusedWithTheReason() {
    assertThat(done(admin.addGroup("g1", nodes("n1")))).isInstanceOf(AdminReply.Conflict.class);
    assertThat(done(admin.removeGroup("g9"))).isInstanceOf(AdminReply.NotFound.class);
    assertThat(done(admin.transferLeadership("g9", "n1"))).isEqualTo(new AdminReply.NotFound("no group g9; there are [g1, meta]"));
    assertThat(done(admin.transferLeadership("g1", "n9"))).isInstanceOf(AdminReply.Conflict.class);
    assertThat(done(admin.changeMembers("g9", nodes("n1"), nodes()))).isInstanceOf(AdminReply.NotFound.class);
  }

  @Test
  void leadershipIsTransferredByWhoLeads() {
    assertThat(done(admin.transferLeadership("g1", "n2"))).isEqualTo(new AdminReply.Done());
    assertThat(done(admin.transferLeadership("g1", "n1"))).as("it leads already").isEqualTo(new AdminReply.Done());
  }

  @Test
  void membersAreChangedOnceTheyAreInForce() {
    CompletionStage<AdminReply> change = admin.changeMembers("g1", nodes("n1", "n2"), nodes("n3"));
    meta.testKit.createTestProbe().awaitAssert(() -> {
      assertThat(meta.registry().groups().get("g1").settled()).isFalse();
      return null;
    });
    assertThat(change.toCompletableFuture()).isNotDone();
    meta.apply(new RegistryCommand.MembersInForce("g1", meta.registry().groups().get("g1").desiredNumber()));
    assertThat(done(change)).isEqualTo(new AdminReply.Done());
  }

  private static GroupManager.Hosted hosted(boolean registered, String... groups) {
    return new GroupManager.Hosted(nodes(groups), new TreeMap<>(), registered, Registry.EMPTY, Optional.of("n1"));
  }

  private static SortedSet<String> nodes(String... nodes) {
    return new TreeSet<>(Arrays.asList(nodes));
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
