package io.flotilla.simulation.world;

import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.actor.RaftPeer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What nodes reach one another by: delays, loses, repeats and reorders messages as each link's conditions say, and has links that are
 * cut. Messages go one way, as actors' do; what answers something is a reply, anything else a request.
 */
public final class Network {
  private record Link(Node from, Node to) {}

  private final World world;
  private final Wire wire;
  private final RandomGenerator random;
  private final ActorRef<Object> somewhere;
  private final Map<Link, LinkConditions> special = new HashMap<>();
  private final Set<Link> cut = new HashSet<>();
  private final Set<Node> disconnected = new HashSet<>();
  private LinkConditions conditions = LinkConditions.RELIABLE;
  private boolean encoding = true;
  private long messages;
  private long bytes;

  Network(World world, RandomGenerator random) {
    this.world = world;
    this.random = random;
    wire = new Wire(world.kernel().system());
    somewhere = world.ref("somewhere", _ -> { });
  }

  // Conditions

  /** From now on, for all links without conditions of their own. */
  public void become(LinkConditions everywhere) {
    conditions = everywhere;
  }

  public void become(Node from, Node to, LinkConditions there) {
    special.put(new Link(from, to), there);
  }

  /** Nothing goes from the one to the other; what is on its way is lost. */
  public void cut(Node from, Node to) {
    if (cut.add(new Link(from, to))) {
      world.event("cut %s -> %s", from, to);
    }
  }

  public void mend(Node from, Node to) {
    if (cut.remove(new Link(from, to))) {
      world.event("mend %s -> %s", from, to);
    }
  }

  /** Nothing goes to the node or comes from it. */
  public void disconnect(Node node) {
    if (disconnected.add(node)) {
      world.event("disconnect %s", node);
    }
  }

  public void reconnect(Node node) {
    if (disconnected.remove(node)) {
      world.event("reconnect %s", node);
    }
  }

  public boolean isConnected(Node node) {
    return !disconnected.contains(node);
  }

  /** All links are whole again; conditions stay. */
  public void heal() {
    cut.clear();
    disconnected.clear();
    world.event("heal the network");
  }

  /** Off, messages reach the other node as the very objects that were sent, and count no bytes. */
  public void encode(boolean on) {
    encoding = on;
  }

  // Counting

  /** Messages sent so far, lost ones included. */
  public long messages() {
    return messages;
  }

  /** Their bytes, as encoded. */
  public long bytes() {
    return bytes;
  }

  // Traffic

  /** Sends a request to a service of another node; an address to answer to, if it holds one, leads back by this network. */
  public void send(Node from, Node to, String service, Object message) {
    int incarnation = from.incarnation();
    Optional<ActorRef<?>> asker = Wire.replyTo(message);
    Object outgoing = asker.isPresent() ? Wire.readdressed(message, somewhere) : message;
    send(from, to, isReply(message), outgoing, arrived -> to.deliver(service,
        asker.isPresent() ? Wire.readdressed(arrived, to.returnPath(asker.get(), from, incarnation)) : arrived));
  }

  /** Sends an answer to an actor that asked. */
  void reply(Node from, Node to, int incarnation, ActorRef<Object> receiver, Object message) {
    send(from, to, true, message, arrived -> {
      if (to.incarnation() == incarnation && to.isUp()) {
        receiver.tell(arrived);
      }
    });
  }

  private void send(Node from, Node to, boolean reply, Object message, Consumer<Object> deliver) {
    if (!from.maySend()) {
      return;
    }
    LinkConditions link = special.isEmpty() ? conditions : special.getOrDefault(new Link(from, to), conditions);
    byte[] encoded = encoding ? wire.encode(message) : new byte[0];
    messages++;
    bytes += encoded.length;
    boolean lost = isCut(from, to) || random.nextDouble() < (reply ? link.replyLoss() : link.requestLoss());
    note(from, to, message, encoded.length, lost ? "lost" : "sent");
    if (lost) {
      return;
    }
    int copies = link.duplication() > 0 && random.nextDouble() < link.duplication() ? 2 : 1;
    if (copies > 1) {
      from.noteRepeated();
    }
    for (int copy = 0; copy < copies; copy++) {
      world.kernel().after(delay(link, reply), () -> {
        if (isCut(from, to) || !to.isUp()) {
          note(from, to, message, 0, "lost on its way");
        } else {
          note(from, to, message, 0, "arrives");
          deliver.accept(encoding ? wire.decode(encoded, message) : message);
        }
      });
    }
  }

  private Duration delay(LinkConditions link, boolean reply) {
    long nanos = (reply ? link.replyDelay() : link.requestDelay()).nanos(random);
    if (reply && link.held() > 0 && random.nextDouble() < link.held()) {
      long longest = random.nextLong(1, LinkConditions.LONGEST_HOLD.toNanos());
      nanos += LinkConditions.SHORTEST_HOLD.toNanos() + random.nextLong(longest);
    }
    return Duration.ofNanos(nanos);
  }

  private boolean isCut(Node from, Node to) {
    return (!disconnected.isEmpty() && (disconnected.contains(from) || disconnected.contains(to)))
        || (!cut.isEmpty() && cut.contains(new Link(from, to)));
  }

  private void note(Node from, Node to, Object message, int size, String what) {
    Trace trace = world.trace();
    trace.fact(from.number() * 1000L + to.number());
    trace.fact(message.getClass().getName());
    trace.fact(size);
    if (trace.isRead()) {
      world.line("%s -> %s %s: %s", from, to, what, message);
    }
  }

  private static boolean isReply(Object message) {
    return message instanceof RaftPeer.FromPeer(RaftMessage raft) && switch (raft) {
      case RaftMessage.PreVote _, RaftMessage.RequestVote _, RaftMessage.AppendEntries _, RaftMessage.InstallSnapshot _,
          RaftMessage.TimeoutNow _ -> false;
      case RaftMessage.PreVoteGranted _, RaftMessage.PreVoteRefused _, RaftMessage.VoteGranted _, RaftMessage.VoteRefused _,
          RaftMessage.AppendAccepted _, RaftMessage.AppendRefused _, RaftMessage.SnapshotChunkAccepted _ -> true;
    };
  }
}
