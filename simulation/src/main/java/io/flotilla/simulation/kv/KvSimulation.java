package io.flotilla.simulation.kv;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.WriteCommand;
import io.flotilla.kv.router.DirectorySnapshot;
import io.flotilla.kv.router.KvClients;
import io.flotilla.kv.router.KvSettings;
import io.flotilla.kv.router.ReplicaResolver;
import io.flotilla.kv.router.Router;
import io.flotilla.kv.store.KvStateMachine;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.LinearizabilityChecker;
import io.flotilla.simulation.linearizability.Operation;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The key-value service on a simulated group: the real state machine, and real routers on nodes of their own for its clients. Remembers
 * what the clients saw, to be judged by {@link #checkLinearizable}.
 */
public final class KvSimulation {
  private static final String GROUP = "g1";
  private static final Duration IMPATIENCE = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Far longer than any fault of a scenario lasts. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Simulation simulation;
  private final World world;
  private final List<Operation> history = new ArrayList<>();
  private long moment;
  private int clients;

  private KvSimulation(Simulation simulation) {
    this.simulation = simulation;
    world = simulation.world();
  }

  /** Starts the group, with the store for its state machine; all else is as prepared. */
  public static KvSimulation start(Simulation prepared) {
    return new KvSimulation(prepared.stateMachine(KvStateMachine::new).start());
  }

  /** The group below. */
  public Simulation group() {
    return simulation;
  }

  /** A client on a node of its own. */
  public Client newClient() {
    return newClient(KvSettings.from(defaults()));
  }

  /** A client with lines of configuration over the product's defaults, such as {@code flotilla.kv.attempt-timeout = 50 ms}. */
  public Client newClient(String config) {
    return newClient(KvSettings.from(ConfigFactory.parseString(config).withFallback(defaults())));
  }

  /** A client whose writes carry these bounds, which need not be any that a node may be configured with. */
  public Client newClient(WriteCommand.Bounds bounds) {
    KvSettings usual = KvSettings.from(defaults());
    return newClient(new KvSettings(bounds, usual.shards(), usual.requestTimeout(), usual.attemptTimeout(), usual.silenceTimeout(),
        usual.maxPendingOperations(), usual.maxPendingBytes(), usual.maxPendingAnswerBytes()));
  }

  private Config defaults() {
    return world.kernel().system().settings().config();
  }

  /** A client with settings of its own, such as the time after which it gives up. */
  public Client newClient(KvSettings settings) {
    return new Client(++clients, settings);
  }

  /** A client that gives up after that time. */
  public Client newClient(Duration patience) {
    KvSettings usual = KvSettings.from(defaults());
    return newClient(new KvSettings(usual.bounds(), usual.shards(), patience, shorter(usual.attemptTimeout(), patience),
        shorter(usual.silenceTimeout(), patience), usual.maxPendingOperations(), usual.maxPendingBytes(),
        usual.maxPendingAnswerBytes()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** A client that sends each request once and soon gives up: what a caller does then is its own affair. */
  public Client newImpatientClient() {
    return newClient(IMPATIENCE);
  }

  /** What clients saw so far. */
  public List<Operation> history() {
    return List.copyOf(history);
  }

  /** The client history, as a whole, could have been had from one copy of the data asked one thing at a time. */
  public void checkLinearizable() {
    LinearizabilityChecker.check(history).ifPresent(violation -> {
      throw new LawBroken("Linearizability", violation.toString());
    });
  }

  /** One caller, with a router that no other caller uses. Its calls wait in virtual time: for fibers, or the scenario itself. */
  public final class Client {
    private final int number;
    private final Node node;
    private final KvSettings settings;
    private final UUID sessionId;
    private long nextSequence;
    private ActorRef<Router.Command> router;

    private Client(int number, KvSettings settings) {
      this.number = number;
      this.settings = settings;
      sessionId = new UUID(world.seed(), number);
      node = world.addNode("c" + number, this::run);
      node.start();
    }

    private void run(Node here) {
      router = here.spawn(Router.create(settings, Optional.empty(), new Resolver(here), world.newRandom()), "router");
      SortedMap<PeerId, String> addresses = new TreeMap<>();
      simulation.peers().forEach(peer -> addresses.put(peer, peer.value()));
      router.tell(new Router.UseDirectory(
          new DirectorySnapshot(1, new TreeMap<>(Map.of(GROUP, simulation.peers())), addresses)));
    }

    public Node node() {
      return node;
    }

    /** The client as the product has it; what goes through it is not in the history. */
    public KvClient kv() {
      return KvClients.inNode(router);
    }

    /** Makes one call, waits for its outcome and remembers both. */
    public Outcome call(String key, Call call) {
      return call(key, call, KvRequest.Consistency.LINEARIZABLE);
    }

    private Outcome call(String key, Call call, KvRequest.Consistency consistency) {
      long invoked = ++moment;
      // Until it returns nobody knows what becomes of it, not even if the run ends meanwhile.
      int at = history.size();
      history.add(new Operation(number, key, call, new Outcome.Unknown(), invoked, invoked));
      long repeatedBefore = node.repeatedMessages();
      Outcome outcome = KvCalls.outcome(world.kernel().await(kv().execute(KvCalls.request(key, call, consistency))));
      Outcome known = node.repeatedMessages() == repeatedBefore ? outcome : withoutRefusals(outcome);
      history.set(at, new Operation(number, key, call, known, invoked, ++moment));
      return outcome;
    }

    /**
     * A server that refused a request may take a second copy of it for a leader's by the time it leads. The product's transport delivers
     * nothing twice; where the network here does, a refusal proves nothing (SWARM2, seed 200340).
     */
    private static Outcome withoutRefusals(Outcome outcome) {
      return outcome instanceof Outcome.NotApplied ? new Outcome.Unknown() : outcome;
    }

    /**
     * Makes one call until it is known what became of it, as the course's clerk does: a write keeps its session and sequence number, so
     * that however often it is sent, and whatever the time limits, it is applied once.
     */
    public Outcome insist(String key, Call call) {
      long invoked = ++moment;
      int at = history.size();
      history.add(new Operation(number, key, call, new Outcome.Unknown(), invoked, invoked));
      SessionStamp stamp = new SessionStamp(sessionId, nextSequence++);
      KvRequest request = KvCalls.request(key, call);
      long untilNanos = world.kernel().nowNanos() + PATIENCE.toNanos();
      Outcome outcome = attempt(request, stamp);
      while (outcome instanceof Outcome.Unknown || outcome instanceof Outcome.NotApplied) {
        LawBroken.require(world.kernel().nowNanos() < untilNanos, "Progress", "client %d: no answer to %s of '%s' within %s", number, call,
            key, PATIENCE);
        world.kernel().advance(PAUSE);
        outcome = attempt(request, stamp);
      }
      history.set(at, new Operation(number, key, call, outcome, invoked, ++moment));
      return outcome;
    }

    private Outcome attempt(KvRequest request, SessionStamp stamp) {
      return KvCalls.outcome(world.kernel().await(request instanceof KvRequest.Write write ? kv().execute(write, stamp)
          : kv().execute(request)));
    }

    public Outcome put(String key, String value) {
      return call(key, new Call.Put(value));
    }

    public Outcome append(String key, String suffix) {
      return call(key, new Call.Append(suffix));
    }

    public Outcome get(String key) {
      return call(key, new Call.Get());
    }

    /** Linearizable too, as long as clocks drift no more than is allowed for. */
    public Outcome leaseGet(String key) {
      return call(key, new Call.Get(), KvRequest.Consistency.LEASE);
    }
  }

  /** A client's way to the replicas: by the simulated network. */
  private final class Resolver implements ReplicaResolver {
    private final Node from;
    private final Map<String, ActorRef<RaftPeer.Command>> known = new HashMap<>();

    Resolver(Node from) {
      this.from = from;
    }

    @Override
    public ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId) {
      return known.computeIfAbsent(systemAddress, address -> world.ref("to-" + address,
          message -> world.network().send(from, world.node(address), Simulation.service(groupId), message)));
    }

    @Override
    public ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId) {
      return peer(systemAddress, groupId);
    }
  }
}
