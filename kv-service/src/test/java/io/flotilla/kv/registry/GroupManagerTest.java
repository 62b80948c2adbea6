package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.kv.router.DirectorySnapshot;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node follows the registry: what is started, stopped and told, before a host that only listens. */
class GroupManagerTest {
  private final FakeMeta meta = new FakeMeta();
  private final TestProbe<HostCommand> host = meta.testKit.createTestProbe(HostCommand.class);
  private final List<DirectorySnapshot> directories = new CopyOnWriteArrayList<>();

  @TempDir
  private Path folder;

  @AfterEach
  void stop() {
    meta.close();
  }

  @Test
  void aFounderStartsItsReplicasAtOnceAndWritesThemIntoTheRegistry() {
    ActorRef<GroupManager.Command> manager = start(founding("meta", "g1"));
    assertThat(started()).isEqualTo("g1 [n1]");
    assertThat(started()).isEqualTo("meta [n1]");
    GroupManager.Hosted hosted = await(manager, GroupManager.Hosted::registered);
    assertThat(hosted.groups()).containsExactly("g1", "meta");
    assertThat(meta.registry().groups()).containsOnlyKeys("g1", "meta");
    assertThat(meta.registry().nodes().get("n1").http()).contains("http://127.0.0.1:8080");
    assertThat(directories.getFirst().members()).containsOnlyKeys("g1", "meta");
  }

  @Test
  void aReplicaThatIsWantedHereIsWrittenDownAndStarted() throws IOException {
    ActorRef<GroupManager.Command> manager = start(founding("meta"));
    assertThat(started()).isEqualTo("meta [n1]");
    await(manager, GroupManager.Hosted::registered);
    meta.spawnLeader("g2");
    assertThat(meta.apply(new RegistryCommand.AddGroup("g2", new TreeSet<>(List.of("n1")), "request")))
        .isInstanceOf(RegistryReply.Accepted.class);
    assertThat(started()).isEqualTo("g2 [n1]");
    assertThat(Files.readString(folder.resolve(HostedReplicas.FILE_NAME))).contains("g2 ");
    meta.testKit.createTestProbe().awaitAssert(() -> {
      assertThat(directories.getLast().members()).containsKey("g2");
      return null;
    });
  }

  @Test
  void aReplicaThatIsWantedNoMoreIsStoppedErasedAndForgotten() throws IOException {
    ActorRef<GroupManager.Command> manager = start(founding("g2", "meta"));
    assertThat(started()).isEqualTo("g2 [n1]");
    assertThat(started()).isEqualTo("meta [n1]");
    await(manager, GroupManager.Hosted::registered);
    meta.apply(new RegistryCommand.RemoveGroup("g2"));
    assertThat(host.receiveMessage()).isEqualTo(new HostCommand.StopReplica("g2"));
    assertThat(await(manager, hosted -> true).groups()).as("until its data are gone").contains("g2");
    manager.tell(new GroupManager.ReplicaStopped("g2"));
    await(manager, hosted -> !hosted.groups().contains("g2"));
    assertThat(Files.readString(folder.resolve(HostedReplicas.FILE_NAME))).doesNotContain("g2 ");
    meta.testKit.createTestProbe().awaitAssert(() -> {
      assertThat(meta.registry().removedGroups()).doesNotContainKey("g2");
      return null;
    });
  }

  @Test
  void whatAFolderRemembersIsStartedThoughTheRegistryIsSilent() throws IOException {
    start(founding("meta", "g1"));
    assertThat(started()).isEqualTo("g1 [n1]");
    assertThat(started()).isEqualTo("meta [n1]");
    meta.beSilent(true);
    ActorRef<GroupManager.Command> again = start(new TreeMap<>());
    assertThat(started()).isEqualTo("g1 [n1]");
    assertThat(started()).isEqualTo("meta [n1]");
    assertThat(await(again, hosted -> true).registered()).isFalse();
  }

  @Test
  void aReplicaThatFailedIsTold() {
    ActorRef<GroupManager.Command> manager = start(founding("meta"));
    manager.tell(new GroupManager.ReplicaFailed("meta", "disk full"));
    assertThat(await(manager, hosted -> !hosted.failures().isEmpty()).failures()).containsEntry("meta", "disk full");
  }

  @Test
  void aVoterThatLostItsDataIsNotStartedAnew() {
    for (RegistryCommand command : List.of(new RegistryCommand.Found(RegistryFixture.firstGroups()),
        RegistryFixture.register("n1", "the folder that it had"), RegistryFixture.register("n1", "an emptied one"))) {
      meta.apply(command);
    }
    ActorRef<GroupManager.Command> manager = start(new TreeMap<>());
    assertThat(await(manager, hosted -> hosted.failures().size() == 2).failures().get("g1")).contains("lost its data");
    host.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aListOfReplicasThatCannotBeReadStopsTheNode() throws IOException {
    Files.writeString(folder.resolve(HostedReplicas.FILE_NAME), "nonsense");
    TestProbe<Object> watcher = meta.testKit.createTestProbe();
    watcher.expectTerminated(start(founding("meta")));
    assertThatThrownBy(() -> HostedReplicas.open(folder, List.of())).hasMessageContaining(folder.toString());
  }

  private ActorRef<GroupManager.Command> start(SortedMap<String, SortedSet<String>> founding) {
    return meta.testKit.spawn(GroupManager.create(new GroupManager.Settings(meta.contact("n1"), Optional.of("http://127.0.0.1:8080"),
        folder, founding, Duration.ofMillis(20)), meta.book, FakeMeta::replica, host.getRef(), directories::add));
  }

  private static SortedMap<String, SortedSet<String>> founding(String... groups) {
    SortedMap<String, SortedSet<String>> founding = new TreeMap<>();
    for (String group : groups) {
      founding.put(group, new TreeSet<>(List.of("n1")));
    }
    return founding;
  }

  /** The group that the host is told to start next, with the voters that its log begins with. */
  private String started() {
    HostCommand.StartReplica start = host.expectMessageClass(HostCommand.StartReplica.class);
    Membership bootstrap = start.replica().bootstrap();
    return start.replica().groupId() + " " + bootstrap.voters().stream().map(PeerId::value).toList();
  }

  private GroupManager.Hosted await(ActorRef<GroupManager.Command> manager, Predicate<GroupManager.Hosted> condition) {
    TestProbe<GroupManager.Hosted> probe = meta.testKit.createTestProbe(GroupManager.Hosted.class);
    return probe.awaitAssert(() -> {
      manager.tell(new GroupManager.GetHosted(probe.getRef()));
      GroupManager.Hosted hosted = probe.receiveMessage();
      assertThat(condition.test(hosted)).as("%s", hosted).isTrue();
      return hosted;
    });
  }
}
