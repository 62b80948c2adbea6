package io.flotilla.simulation.world;

import io.flotilla.simulation.kernel.Digest;
import io.flotilla.simulation.kernel.Kernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.FunctionRef;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import scala.runtime.BoxedUnit;

/**
 * One run: nodes, their network and disks, and time, all from one seed. The same seed and the same calls give the same run, and the
 * same {@link Trace#hash}. Belongs to the thread that made it, and to the fibers of {@link Kernel#go}; at most one is open in a thread.
 */
public final class World implements AutoCloseable {
  private static final Duration LARGEST_CLOCK_OFFSET = Duration.ofDays(100);
  private static final ThreadLocal<World> OPEN = new ThreadLocal<>();

  private final long seed;
  private final Kernel kernel;
  private final SplittableRandom seeds;
  private final RandomGenerator random;
  private final Trace trace;
  private final Network network;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<Runnable> afterStep = new ArrayList<>();
  private Optional<Throwable> failure = Optional.empty();
  private long refs;

  private World(long seed) {
    this.seed = seed;
    kernel = Kernel.ofThisThread();
    seeds = new SplittableRandom(seed);
    Digest digest = new Digest();
    trace = new Trace(digest);
    kernel.begin(seeds.split(), digest);
    kernel.afterEachStep(this::onStep);
    random = seeds.split();
    network = new Network(this, seeds.split());
  }

  /** A world without nodes, at time zero. Closes the one that this thread had open. */
  public static World of(long seed) {
    if (OPEN.get() != null) {
      OPEN.get().close();
    }
    World world = new World(seed);
    OPEN.set(world);
    return world;
  }

  /** Ends all that runs. What was learnt about the run stays. */
  @Override
  public void close() {
    if (OPEN.get() == this) {
      OPEN.remove();
      kernel.afterEachStep(() -> { });
      nodes.values().stream().filter(Node::isUp).forEach(Node::crash);
      kernel.end(List.of());
      SimulatedStorage.get(kernel.system()).clear();
    }
  }

  public long seed() {
    return seed;
  }

  public Kernel kernel() {
    return kernel;
  }

  public Trace trace() {
    return trace;
  }

  public Network network() {
    return network;
  }

  /** For what the scenario itself leaves to chance. */
  public RandomGenerator random() {
    return random;
  }

  /** A generator of its own for somebody, so that what it draws does not depend on what others draw. */
  public RandomGenerator newRandom() {
    return seeds.split();
  }

  /**
   * Has every event told as a line of text, the same in each replay: for whoever replays a run. What Pekko's own actors tell one another
   * is left out.
   */
  public void readTrace(Consumer<String> lines) {
    trace.readBy(lines);
    kernel.onDelivery(delivery -> {
      if (delivery.message().getClass().getName().startsWith("io.flotilla.")) {
        line("%s <- %s", delivery.receiver().path().toStringWithoutAddress(), delivery.message());
      }
    });
  }

  // Nodes

  /**
   * Adds a node, which does not run yet.
   *
   * @param program what a start of the node does: spawns actors and offers them to others
   */
  public Node addNode(String id, Consumer<Node> program) {
    NodeClock clock = new NodeClock(this, seeds.nextLong(LARGEST_CLOCK_OFFSET.toNanos()));
    Node node = new Node(this, id, nodes.size(), program, new Disk(this, id, seeds.split()), clock);
    nodes.put(id, node);
    return node;
  }

  public Node node(String id) {
    return nodes.get(id);
  }

  /** In the order in which they were added. */
  public Collection<Node> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  /** An address that is no actor: what is told to it goes to the function at once, in the same step. */
  public <T> ActorRef<T> ref(String name, Consumer<T> receiver) {
    ExtendedActorSystem system = kernel.system();
    ActorPath path = system.provider().rootPath().child("simulated").child(name + "-" + refs++);
    return Adapter.toTyped(new FunctionRef(path, system.provider(), system, (_, message) -> {
      @SuppressWarnings("unchecked")
      T typed = (T) message;
      receiver.accept(typed);
      return BoxedUnit.UNIT;
    }));
  }

  /** From now on actors' timers run on their nodes' clocks. */
  void clocksDiffer() {
    Map<org.apache.pekko.actor.ActorRef, Node> known = new HashMap<>();
    kernel.scaleDelays(nanos -> kernel.currentRoot()
        .map(root -> known.computeIfAbsent(root, this::nodeOf))
        .map(node -> node.ownClock().trueNanos(nanos)).orElse(nanos));
  }

  private Node nodeOf(org.apache.pekko.actor.ActorRef root) {
    String name = root.path().name();
    int dot = name.indexOf('.');
    return dot < 0 ? null : nodes.get(name.substring(0, dot));
  }

  // Time

  public long nowNanos() {
    return kernel.nowNanos();
  }

  public void advance(Duration duration) {
    kernel.advance(duration);
  }

  public void after(Duration delay, Runnable action) {
    kernel.after(delay, action);
  }

  // Failure

  /** Something happened that must not: ends the run at the end of this step. The first one counts. */
  public void fail(Throwable broken) {
    if (failure.isEmpty()) {
      failure = Optional.of(broken);
    }
  }

  /** Done once the present step is over, before the next. */
  void afterThisStep(Runnable action) {
    afterStep.add(action);
  }

  private void onStep() {
    while (!afterStep.isEmpty()) {
      afterStep.removeFirst().run();
    }
    if (failure.isPresent()) {
      switch (failure.get()) {
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case Throwable other -> throw new IllegalStateException(other);
      }
    }
  }

  // Trace

  /** Something that the scenario or chance did to the world. */
  public void event(String format, Object... values) {
    String event = format.formatted(values);
    trace.fact(event);
    line("%s", "** " + event);
  }

  /** A line for whoever reads the trace. */
  public void line(String format, Object... values) {
    trace.line(nowNanos(), format, values);
  }
}
