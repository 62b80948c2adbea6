package io.flotilla.simulation.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.machine.StateMachine;
import io.flotilla.simulation.Faults;
import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How to simulate a state machine of one's own: the page on simulation quotes this class. */
class CounterTest {
  /** Adds up the numbers that it is given; a command is eight bytes, and so is an answer. */
  static final class Counter implements StateMachine {
    private long total;

    @Override
    public byte[] apply(long index, long timeMillis, byte[] command) {
      total += ByteBuffer.wrap(command).getLong();
      return query(command);
    }

    @Override
    public byte[] query(byte[] query) {
      return number(total);
    }

    @Override
    public SnapshotContent snapshot() {
      long now = total;   // it is written later, when the total may be another
      return out -> new DataOutputStream(out).writeLong(now);
    }

    @Override
    public void restore(InputStream content) throws IOException {
      total = new DataInputStream(content).readLong();
    }

    @Override
    public long sizeBytes() {
      return Long.BYTES;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void countsEachAcknowledgedCommandOnceOrMore(long seed) {
    Faults faults = Faults.swarm(seed).withoutClients();
    Simulation simulation = Simulation.of(seed).peers(5).stateMachine(Counter::new)
        .config("flotilla.raft.snapshot-after-entries = 10").faults(faults).start();
    simulation.go("client", () -> {
      for (int i = 0; i < 100; i++) {
        simulation.leader().ifPresent(leader -> simulation.client().propose(leader, number(1)));   // its answer may never come
        simulation.advance(Duration.ofMillis(40));
      }
    });
    simulation.run(Duration.ofSeconds(5));   // all laws hold at every step, or LawBroken is thrown
    simulation.heal();
    simulation.runUntil(Simulation::converged, Duration.ofSeconds(20));
    long acknowledged = simulation.client().acknowledged();
    Reply answer = simulation.await(simulation.client().read(simulation.leader().orElseThrow()));
    LawBroken.require(answer instanceof Reply.Answered(var _, var total, var _) && ByteBuffer.wrap(total).getLong() >= acknowledged,
        "Counting", "%d commands were acknowledged, but the answer is %s", acknowledged, answer);
    assertThat(acknowledged).isLessThanOrEqualTo(100);
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
