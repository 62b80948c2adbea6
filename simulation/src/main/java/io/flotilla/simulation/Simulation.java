package io.flotilla.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftAlgorithm;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.actor.MemorySnapshotSpool;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftGroup;
import io.flotilla.raft.actor.RaftGroupSettings;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.Replica;
import io.flotilla.raft.law.Law;
import io.flotilla.raft.machine.StateMachine;
import io.flotilla.simulation.raft.Acknowledgements;
import io.flotilla.simulation.raft.FailureWatch;
import io.flotilla.simulation.raft.GroupWatch;
import io.flotilla.simulation.raft.RecordingMachine;
import io.flotilla.simulation.raft.WatchedMachine;
import io.flotilla.simulation.world.DiskConditions;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.ReadableText;
import io.flotilla.simulation.world.SimulatedStorage;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A Raft group of the real actors in a {@link World} of its own: the nodes {@code n1}, {@code n2}, …, each with a replica, and a
 * {@code client} that reaches them by the network. First say what it is made of ({@link #peers} to {@link #checking}), then
 * {@link #start}; from then on time passes only in {@link #advance}, {@link #until} and what waits.
 *
 * <p>All of it is held to the laws at every step; a broken one is thrown as {@link LawBroken} from whatever lets time pass.
 */
public final class Simulation implements AutoCloseable {
  private static final String GROUP = "g1";
  static final String SERVICE = service(GROUP);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

  private final World world;
  private int peers = 3;
  private int spares;
  private Supplier<StateMachine> machines = RecordingMachine::new;
  private Function<PeerId, RaftAlgorithm> algorithms = _ -> RaftAlgorithm.CORE;
  private Consumer<Node> beside = _ -> { };
  private Supplier<List<Law>> laws = Safety.ALL;
  private Optional<Faults> faults = Optional.empty();
  private String config = "";
  private GroupWatch watch;
  private RaftGroupSettings settings;
  private Membership bootstrap = Membership.NONE;
  private GroupClient client;
  private final Map<PeerId, Node> nodes = new TreeMap<>();
  private final Map<PeerId, Acknowledgements> doors = new TreeMap<>();
  private Optional<Chaos> chaos = Optional.empty();

  private Simulation(World world) {
    this.world = world;
  }

  /** Of a new world. The seed decides all that is left to chance. */
  public static Simulation of(long seed) {
    return in(World.of(seed));
  }

  /** In a world that may hold more than this group. */
  public static Simulation in(World world) {
    return new Simulation(world);
  }

  /** The name under which a node offers its replica of a group. */
  public static String service(String groupId) {
    return "raft-" + groupId;
  }

  // What it is made of

  /** The group's first voters: n1 to n{@code count}. */
  public Simulation peers(int count) {
    peers = count;
    return this;
  }

  /** Nodes after those, whose replicas wait to be made members. */
  public Simulation spares(int count) {
    spares = count;
    return this;
  }

  /** What the group replicates; a {@link RecordingMachine} unless said otherwise. */
  public Simulation stateMachine(Supplier<StateMachine> fresh) {
    machines = fresh;
    return this;
  }

  /** What a peer's node runs beside its replica, from each of its starts on. */
  public Simulation beside(Consumer<Node> more) {
    beside = more;
    return this;
  }

  /** What runs in place of the real algorithm on each peer: to see that the laws notice. */
  public Simulation algorithm(Function<PeerId, RaftAlgorithm> ofPeer) {
    algorithms = ofPeer;
    return this;
  }

  /** Lines of configuration over the product's defaults, such as {@code flotilla.raft.snapshot-after-entries = 10}. */
  public Simulation config(String lines) {
    config = config + "\n" + lines;
    return this;
  }

  public Simulation network(LinkConditions conditions) {
    world.network().become(conditions);
    return this;
  }

  /** What goes wrong by itself from the first {@link #run} on. */
  public Simulation faults(Faults mix) {
    faults = Optional.of(mix);
    return this;
  }

  public Simulation checking(Supplier<List<Law>> fresh) {
    laws = fresh;
    return this;
  }

  /** Starts all nodes. */
  public Simulation start() {
    watch = new GroupWatch(world, laws.get());
    settings = RaftGroupSettings.from(configuration());
    TreeSet<PeerId> voters = new TreeSet<>();
    for (int n = 1; n <= peers + spares; n++) {
      PeerId peer = PeerId.of("n" + n);
      nodes.put(peer, world.addNode(peer.value(), node -> runReplica(node, peer)));
      if (n <= peers) {
        voters.add(peer);
      }
    }
    bootstrap = Membership.ofVoters(voters);
    client = new GroupClient(this, machines.get() instanceof RecordingMachine);
    nodes.values().forEach(Node::start);
    return this;
  }

  /** Merging two configurations takes longer than many a run, so it is done only for lines that there are. */
  private Config configuration() {
    Config defaults = world.kernel().system().settings().config();
    return config.isEmpty() ? defaults : ConfigFactory.parseString(config).withFallback(defaults);
  }

  private void runReplica(Node node, PeerId peer) {
    Membership first = bootstrap.voters().contains(peer) ? bootstrap : Membership.NONE;
    String persistenceId = "raft|%s|%s".formatted(GROUP, peer);
    SimulatedStorage.get(world.kernel().system()).keep(persistenceId, node);
    int incarnation = node.incarnation();
    Replica replica = new Replica(GROUP, peer, first, settings, () -> new WatchedMachine(machines.get(), peer, watch),
        (to, message) -> {
          if (node.incarnation() == incarnation) {
            world.network().send(node, nodes.get(to), SERVICE, new RaftPeer.FromPeer(message));
          }
        }, node.disk()::find, new MemorySnapshotSpool(), node.clock(), world.newRandom(),
        watch.around(algorithms.apply(peer), peer, node.disk().durable(persistenceId)));
    Behavior<RaftGroup.Command> group = Behaviors.intercept(() -> new FailureWatch(peer, watch), RaftGroup.create(replica));
    Acknowledgements acknowledged = new Acknowledgements(world, watch, peer, node.spawn(group, SERVICE));
    doors.put(peer, acknowledged);
    node.offer(SERVICE, acknowledged.door());
    beside.accept(node);
  }

  // Time

  public World world() {
    return world;
  }

  public void advance(Duration duration) {
    world.advance(duration);
  }

  /** Goes on until the condition holds, at most that long; whether it holds. */
  public boolean until(BooleanSupplier condition, Duration atMost) {
    return world.kernel().until(condition, atMost);
  }

  /** Waits for an outcome. */
  public <T> T await(CompletionStage<T> outcome) {
    return world.kernel().await(outcome);
  }

  /** Runs it beside all else; it may advance, wait and ask like any scenario. */
  public void go(String name, Runnable body) {
    world.kernel().go(name, body);
  }

  /** Lets the faults and their clients loose for that long, having started if need be. */
  public void run(Duration duration) {
    if (watch == null) {
      start();
    }
    if (chaos.isEmpty()) {
      chaos = faults.map(mix -> new Chaos(this, mix));
      chaos.ifPresent(Chaos::begin);
    }
    advance(duration);
  }

  /** From now on nothing breaks: all nodes run, all links work, all disks have room. */
  public void heal() {
    chaos.ifPresent(Chaos::end);
    world.network().heal();
    world.network().become(LinkConditions.RELIABLE);
    nodes.values().forEach(node -> {
      node.disk().become(DiskConditions.FAST);
      node.crashAfterSending(Node.NEVER);
      if (node.isUp()) {
        node.resume();
      } else {
        node.start();
      }
    });
  }

  /** Progress: what must come true once faults stop does so within the bound. */
  public void runUntil(Predicate<Simulation> condition, Duration bound) {
    LawBroken.require(until(() -> condition.test(this), bound), "Progress", "not within %s: %s", bound, describe());
  }

  // Peers

  public SortedSet<PeerId> peers() {
    return new TreeSet<>(nodes.keySet());
  }

  public Node node(PeerId peer) {
    return nodes.get(peer);
  }

  public boolean isUp(PeerId peer) {
    return node(peer).isUp();
  }

  /** What the peer's core holds; empty while it is down or recovering for the first time. */
  public Optional<RaftState> state(PeerId peer) {
    return isUp(peer) ? watch.state(peer) : Optional.empty();
  }

  public GroupWatch watch() {
    return watch;
  }

  /** Who asks the group from outside. */
  public GroupClient client() {
    return client;
  }

  /** Who believes to lead, cut off or not. */
  public List<PeerId> leaders() {
    List<PeerId> leaders = new ArrayList<>();
    nodes.forEach((peer, node) -> {
      if (node.isUp() && watch.leads(peer)) {
        leaders.add(peer);
      }
    });
    return leaders;
  }

  /** The leader of the highest term. */
  public Optional<PeerId> leader() {
    return leaders().stream().reduce((one, other) -> term(one) > term(other) ? one : other);
  }

  public long term(PeerId peer) {
    return state(peer).map(RaftState::currentTerm).orElse(0L);
  }

  /** One leader, whose members all hold, and have applied, all that it holds. */
  public boolean converged() {
    return leader().flatMap(this::state).filter(leader -> leader.lastApplied() == leader.log().lastIndex()
        && !leader.membership().isJoint() && ((Role.Leader) leader.role()).change().isEmpty()
        && leader.membership().members().contains(leader.self())
        && leader.membership().members().stream().allMatch(member -> hasAll(member, leader))).isPresent();
  }

  private boolean hasAll(PeerId member, RaftState leader) {
    return state(member).filter(state -> state.currentTerm() == leader.currentTerm() && state.leaderId().equals(Optional.of(leader.self()))
        && state.log().lastIndex() == leader.log().lastIndex() && state.lastApplied() == leader.log().lastIndex()).isPresent();
  }

  // Service

  /**
   * What must be true of a group in which nothing breaks any more: all that replicas were asked is answered, by whatever came of it, and
   * the group takes commands.
   */
  public void expectService(Duration bound) {
    boolean answered = until(() -> doors.entrySet().stream()
        .allMatch(door -> !isUp(door.getKey()) || door.getValue().unanswered().isEmpty()), bound);
    LawBroken.require(answered, "Waiters", "not answered within %s: %s%n%s", bound, unanswered(), describe());
    LawBroken.require(takesCommand(bound), "Progress", "no command is applied within %s%n%s", bound, describe());
  }

  /** One that is handing its leadership over refuses commands until it knows how that ends. */
  private boolean takesCommand(Duration bound) {
    long untilNanos = world.nowNanos() + bound.toNanos();
    while (world.nowNanos() < untilNanos) {
      CompletableFuture<Reply> reply = leader().map(peer -> client.submit(peer, new byte[] {1})).map(CompletionStage::toCompletableFuture)
          .orElseGet(CompletableFuture::new);
      boolean _ = until(reply::isDone, GroupClient.ANSWER_LIMIT);
      if (reply.getNow(null) instanceof Reply.Applied) {
        return true;
      }
      advance(RETRY_PAUSE);
    }
    return false;
  }

  private String unanswered() {
    StringBuilder all = new StringBuilder();
    doors.forEach((peer, door) -> all.append(isUp(peer) ? peer + " " + ReadableText.of(door.unanswered()) + " " : ""));
    return all.toString();
  }

  // Faults, one by one

  public void crash(PeerId peer) {
    node(peer).crash();
  }

  public void restart(PeerId peer) {
    node(peer).start();
  }

  /** Cuts the peer off from everybody, clients included. */
  public void disconnect(PeerId peer) {
    world.network().disconnect(node(peer));
  }

  public void reconnect(PeerId peer) {
    world.network().reconnect(node(peer));
  }

  /** Runs, and is not cut off. */
  public boolean isConnected(PeerId peer) {
    return isUp(peer) && world.network().isConnected(node(peer));
  }

  // Ends

  /** Bytes that the peer's log takes on disk, snapshots apart. */
  public long logBytes(PeerId peer) {
    return node(peer).disk().journalBytes("raft|%s|%s".formatted(GROUP, peer));
  }

  /** Bytes of the peer's newest snapshot on disk; 0 if it has none. */
  public long snapshotBytes(PeerId peer) {
    return node(peer).disk().snapshotBytes("raft|%s|%s".formatted(GROUP, peer));
  }

  /** Each peer in a line. */
  public String describe() {
    List<String> lines = new ArrayList<>();
    nodes.forEach((peer, node) -> lines.add(state(peer).map(state -> "%s t%d %s leader=%s log=%s commit=%d applied=%d".formatted(peer,
        state.currentTerm(), state.role().label(), state.leaderId().map(PeerId::value).orElse("?"), state.log(), state.commitIndex(),
        state.lastApplied())).orElse(peer + " is down")));
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    world.close();
  }
}
