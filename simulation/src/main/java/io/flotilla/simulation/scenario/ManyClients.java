package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.WriteCommand;
import io.flotilla.kv.router.KvSettings;
import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvCalls;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * More clients than the server keeps sessions for, each with one write. They are sessions of one router, as only the server's memory
 * is looked at: the size that its state machine says it has, which bounds what the group takes in, rather than the heap of a virtual
 * machine in which clients, disks and the simulation live as well. 100,000 clients against 10,000 sessions become 5,000 against 500.
 */
final class ManyClients {
  static final int VALUE_BYTES = 1000;
  static final UnaryOperator<Simulation> ONE_SERVER = group -> group.peers(1).network(LinkConditions.RELIABLE);

  private static final int AT_ONCE = 500;
  private static final int MAX_SESSIONS = 500;

  private final KvSimulation store;
  private final KvSimulation.Client client;
  private long families;

  ManyClients(KvSimulation store) {
    this.store = store;
    KvSettings usual = KvSettings.from(store.group().world().kernel().system().settings().config());
    client = store.newClient(new KvSettings(
        new WriteCommand.Bounds(usual.bounds().maxValueBytes(), usual.bounds().sessionTimeoutMillis(), MAX_SESSIONS), usual.shards(),
        usual.requestTimeout(), usual.attemptTimeout(), usual.silenceTimeout(), usual.maxPendingOperations(),
        usual.maxPendingBytes(), usual.maxPendingAnswerBytes()));
  }

  /** Each makes its call, some at once; waits for all. The calls are not in the history: only sizes count here. */
  void each(int clients, IntFunction<Call> call) {
    families++;
    for (int first = 0; first < clients; first += AT_ONCE) {
      List<CompletionStage<KvReply>> replies = new ArrayList<>();
      for (int number = first; number < Math.min(first + AT_ONCE, clients); number++) {
        KvRequest request = KvCalls.request("k", call.apply(number));
        replies.add(request instanceof KvRequest.Write write
            ? client.kv().execute(write, new SessionStamp(new UUID(families, number), 0)) : client.kv().execute(request));
      }
      replies.forEach(reply -> {
        KvReply _ = store.group().await(reply);
      });
    }
  }

  long stateBytes() {
    store.group().advance(Duration.ofSeconds(1));
    return store.group().client().status(PeerId.of("n1")).stateSizeBytes();
  }

  void checkGrowth(long before, int clients, long bytesPerClient) {
    long grown = stateBytes() - before;
    require(grown <= clients * bytesPerClient, "Bounded memory", "%d clients left %d bytes, of which %d is a value", clients, grown,
        VALUE_BYTES);
  }
}
