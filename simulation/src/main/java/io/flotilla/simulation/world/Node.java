package io.flotilla.simulation.world;

import io.flotilla.raft.actor.RaftClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * A process on a machine of its own: actors, a disk that outlives them, a clock. Can be killed between any two messages and even
 * between two that one of its actors sends, started again, or stopped for a while as by SIGSTOP.
 */
public final class Node {
  /** For {@link #crashAfterSending}: it does not. */
  public static final int NEVER = -1;

  private final World world;
  private final String id;
  private final int number;
  private final Consumer<Node> program;
  private final Disk disk;
  private final NodeClock clock;
  private final List<org.apache.pekko.actor.ActorRef> roots = new ArrayList<>();
  private final Map<String, ActorRef<Object>> services = new HashMap<>();
  private final IdentityHashMap<ActorRef<?>, ActorRef<Object>> returnPaths = new IdentityHashMap<>();
  private boolean up;
  private int incarnation;
  private int messagesToCrash = NEVER;
  private long repeatedMessages;

  Node(World world, String id, int number, Consumer<Node> program, Disk disk, NodeClock clock) {
    this.world = world;
    this.id = id;
    this.number = number;
    this.program = program;
    this.disk = disk;
    this.clock = clock;
  }

  public String id() {
    return id;
  }

  int number() {
    return number;
  }

  public World world() {
    return world;
  }

  public Disk disk() {
    return disk;
  }

  public RaftClock clock() {
    return clock;
  }

  /** From now on the node's clock takes {@code rate} seconds for a second; 1 is right. */
  public void runClockAt(double rate) {
    world.event("clock of %s runs at %s", this, rate);
    clock.runAt(rate);
    world.clocksDiffer();
  }

  NodeClock ownClock() {
    return clock;
  }

  public boolean isUp() {
    return up;
  }

  /** Counts the starts. */
  public int incarnation() {
    return incarnation;
  }

  // What its program does

  /** Starts a top-level actor of the node. */
  public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
    ActorRef<T> actor = Adapter.spawn(world.kernel().system(), behavior, "%s.%d.%s".formatted(id, incarnation, name));
    roots.add(Adapter.toClassic(actor));
    return actor;
  }

  /** From now on other nodes reach the actor by that name. */
  public void offer(String service, ActorRef<?> actor) {
    services.put(service, actor.unsafeUpcast());
  }

  // Life and death

  /** Starts the node's program, with the disk as it is. */
  public void start() {
    if (up) {
      throw new IllegalStateException(id + " runs already");
    }
    up = true;
    incarnation++;
    disk.mount();
    world.event("start %s", this);
    program.accept(this);
  }

  /** Kills the node; of the writes that its disk has not acknowledged any number may have been done, the next one in part. */
  public void crash() {
    if (!up) {
      throw new IllegalStateException(id + " does not run");
    }
    world.event("crash %s", this);
    up = false;
    messagesToCrash = NEVER;
    disk.crash();
    world.kernel().kill(roots);
    roots.clear();
    services.clear();
    returnPaths.clear();
  }

  /** Kills the node in the middle of its work: once it has sent that many more messages to others. */
  public void crashAfterSending(int messages) {
    messagesToCrash = messages;
  }

  /** Stops all of the node's actors where they are; messages to them wait. */
  public void pause() {
    world.event("pause %s", this);
    world.kernel().pause(roots);
  }

  public void resume() {
    world.event("resume %s", this);
    world.kernel().resume(roots);
  }

  // Network

  /** Whether anything gets out of the node at this moment. */
  boolean maySend() {
    if (messagesToCrash > 0) {
      messagesToCrash--;
      if (messagesToCrash == 0) {
        world.afterThisStep(this::crashIfUp);
      }
      return true;
    }
    return up && messagesToCrash != 0;
  }

  /** How many of the node's messages the network delivered twice, or will. */
  public long repeatedMessages() {
    return repeatedMessages;
  }

  void noteRepeated() {
    repeatedMessages++;
  }

  private void crashIfUp() {
    if (up) {
      crash();
    }
  }

  /** Hands a message to a service of the node, if it runs, past the network. */
  public void deliver(String service, Object message) {
    ActorRef<Object> receiver = services.get(service);
    if (receiver != null) {
      receiver.tell(message);
    }
  }

  /** An address on this node for somebody on another: what it is told goes there by the network, as long as this incarnation lives. */
  ActorRef<Object> returnPath(ActorRef<?> receiver, Node receiversNode, int receiversIncarnation) {
    return returnPaths.computeIfAbsent(receiver, _ -> {
      int sender = incarnation;
      ActorRef<Object> there = receiver.unsafeUpcast();
      return world.ref(id + "-to-" + receiversNode.id, message -> {
        if (up && incarnation == sender) {
          world.network().reply(this, receiversNode, receiversIncarnation, there, message);
        }
      });
    });
  }

  @Override
  public String toString() {
    return id;
  }
}
