package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RegistryStateMachineTest {
  private final RegistryStateMachine machine = new RegistryStateMachine();

  static Stream<RegistryCommand> commands() {
    return Stream.of(
        new RegistryCommand.Found(RegistryFixture.firstGroups()),
        RegistryFixture.register("n1", "folder"),
        new RegistryCommand.AddGroup("g2", new TreeSet<>(List.of("n1", "n2")), "request"),
        new RegistryCommand.RemoveGroup("g2"),
        new RegistryCommand.SetMembers("g1", Members.of(List.of("n1"), List.of("n2"))),
        new RegistryCommand.MembersInForce("g1", 7),
        new RegistryCommand.ReplicaRemoved("g1", "n3"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void commandsReadBackAsWritten(RegistryCommand command) throws IOException {
    assertThat(RegistryCodec.decodeCommand(RegistryCodec.encode(command))).isEqualTo(command);
  }

  @Test
  void aQueryAnswersTheWholeRegistry() throws IOException {
    long index = 0;
    for (RegistryCommand command : commands().toList()) {
      machine.apply(++index, 0, RegistryCodec.encode(command));
    }
    Registry expected = RegistryFixture.after(Registry.EMPTY, commands().toArray(RegistryCommand[]::new));
    assertThat(RegistryCodec.decodeRegistry(new ByteArrayInputStream(machine.query(new byte[0])))).isEqualTo(expected);
  }

  @Test
  void aSnapshotKeepsItsContentWhileCommandsGoOn() throws IOException {
    machine.apply(1, 0, RegistryCodec.encode(new RegistryCommand.Found(RegistryFixture.firstGroups())));
    byte[] before = machine.query(new byte[0]);
    var snapshot = machine.snapshot();
    machine.apply(2, 0, RegistryCodec.encode(RegistryFixture.register("n1", "folder")));
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    snapshot.writeTo(content);
    RegistryStateMachine other = new RegistryStateMachine();
    other.restore(new ByteArrayInputStream(content.toByteArray()));
    assertThat(other.query(new byte[0])).isEqualTo(before);
  }

  @Test
  void aMalformedCommandIsAResult() throws IOException {
    byte[] reply = machine.apply(1, 0, new byte[] {1, 99});
    assertThat(RegistryCodec.decodeReply(reply)).isInstanceOf(RegistryReply.Refused.class);
    assertThat(RegistryCodec.decodeReply(machine.apply(2, 0, new byte[0]))).isInstanceOf(RegistryReply.Refused.class);
  }

  @Test
  void aNewerFormatIsRefused() {
    assertThatThrownBy(() -> RegistryCodec.decodeRegistry(new ByteArrayInputStream(new byte[] {2})))
        .isInstanceOf(IOException.class).hasMessageContaining("format 2");
  }
}
