package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Network;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * NW: the network itself. Calls of the suites that fail at once when a link is cut do not exist here: a message that gets lost is
 * simply never heard of, and so nobody's caller "fails" (NW8 becomes: no answer of a killed node arrives).
 */
final class NetworkScenarios {
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  private NetworkScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("NW1", "NetworkTypes", NetworkScenarios::types),
        new Scenario("NW2", "NetworkDisconnect", NetworkScenarios::disconnect),
        new Scenario("NW3", "NetworkCounts", NetworkScenarios::counts),
        new Scenario("NW4", "NetworkBytes", NetworkScenarios::bytes),
        new Scenario("NW5", "NetworkConcurrent", NetworkScenarios::concurrent),
        new Scenario("NW6", "NetworkUnreliable", NetworkScenarios::unreliable),
        new Scenario("NW7", "NetworkRegression", NetworkScenarios::regression),
        new Scenario("NW8", "NetworkKilled", NetworkScenarios::killed));
  }

  private static void types(World world) {
    Echo echo = new Echo(world);
    byte[] value = {0, 1, -1, 127, -128};
    byte[] sent = value.clone();
    echo.call(echo.newClient(), 1, sent);
    Arrays.fill(sent, (byte) 42);   // which must not reach the other node any more: nodes share no objects
    world.advance(A_WHILE);
    require(Arrays.equals(echo.answers.get(1L), value), "Network", "the answer is not what was asked");
  }

  private static void disconnect(World world) {
    Echo echo = new Echo(world);
    Node client = echo.newClient();
    world.network().disconnect(client);
    echo.call(client, 1, new byte[1]);
    world.advance(A_WHILE);
    require(echo.answers.isEmpty(), "Network", "an answer came over a link that is cut");
    world.network().reconnect(client);
    echo.call(client, 2, new byte[1]);
    world.advance(A_WHILE);
    require(echo.answers.containsKey(2L), "Network", "no answer over a link that is whole");
  }

  private static void counts(World world) {
    Echo echo = new Echo(world);
    Node client = echo.newClient();
    for (int i = 0; i < 17; i++) {
      echo.call(client, i, new byte[1]);
    }
    world.advance(A_WHILE);
    require(echo.served == 17, "Network", "17 calls, %d of them served", echo.served);
    require(world.network().messages() == 2 * 17, "Network", "17 calls are %d messages", world.network().messages());
  }

  /** As there: the bytes are those of the content and a little more. */
  private static void bytes(World world) {
    Echo echo = new Echo(world);
    Node client = echo.newClient();
    long before = world.network().bytes();
    for (int i = 0; i < 17; i++) {
      echo.call(client, i, new byte[284]);
    }
    world.advance(A_WHILE);
    long both = world.network().bytes() - before;
    require(both >= 2 * 17 * 284 && both <= 2 * 6000, "Network", "17 calls and answers of 284 bytes each took %d bytes", both);
  }

  private static void concurrent(World world) {
    Echo echo = new Echo(world);
    for (int client = 0; client < 20; client++) {
      Node node = echo.newClient();
      for (int i = 0; i < 10; i++) {
        echo.call(node, client * 10 + i, new byte[] {(byte) client, (byte) i});
      }
    }
    world.advance(A_WHILE);
    require(echo.served == 200 && echo.answers.size() == 200, "Network", "200 calls, %d served", echo.served);
    echo.answers.forEach((id, answer) -> require(Arrays.equals(answer, new byte[] {(byte) (id / 10), (byte) (id % 10)}), "Network",
        "call %d got another's answer", id));
  }

  private static void unreliable(World world) {
    world.network().become(LinkConditions.UNRELIABLE);
    Echo echo = new Echo(world);
    for (int i = 0; i < 300; i++) {
      echo.call(echo.newClient(), i, new byte[1]);
    }
    world.advance(A_WHILE);
    require(!echo.answers.isEmpty() && echo.answers.size() < 300, "Network", "%d of 300 calls succeeded", echo.answers.size());
  }

  private static void regression(World world) {
    Echo echo = new Echo(world);
    Node client = echo.newClient();
    world.network().disconnect(client);
    for (int i = 0; i < 20; i++) {
      echo.call(client, i, new byte[1]);
    }
    world.advance(Duration.ofMillis(100));
    world.network().reconnect(client);
    echo.call(client, 20, new byte[1]);
    world.advance(Duration.ofMillis(30));
    require(echo.answers.containsKey(20L), "Network", "no answer within 30 ms");
    require(echo.served == 1, "Network", "%d calls were served", echo.served);
  }

  private static void killed(World world) {
    Echo echo = new Echo(world);
    Node client = echo.newClient();
    echo.call(client, 1, new byte[1]);
    while (echo.served == 0) {
      world.advance(Duration.ofNanos(1000));
    }
    echo.server.crash();
    world.advance(A_WHILE);
    echo.call(client, 2, new byte[1]);
    world.advance(A_WHILE);
    require(!echo.answers.containsKey(2L) && echo.served == 1, "Network", "a dead node served a call");
  }

  /** A server that answers what it is asked, and the answers that its clients got. */
  private static final class Echo {
    private static final String SERVICE = "echo";

    private final World world;
    private final Node server;
    private final Map<Long, byte[]> answers = new TreeMap<>();
    private int clients;
    private int served;

    Echo(World world) {
      this.world = world;
      server = world.addNode("server", node -> node.offer(SERVICE, world.<Requests>ref("echo", this::onRequests)));
      server.start();
    }

    private void onRequests(Requests requests) {
      requests.requests().forEach(request -> {
        served++;
        if (request instanceof Request.Read read) {
          requests.replyTo().tell(new Replies(List.of(new Reply.Answered(read.requestId(), read.query(), 0))));
        }
      });
    }

    Node newClient() {
      Node client = world.addNode("c" + ++clients, _ -> { });
      client.start();
      return client;
    }

    void call(Node client, long id, byte[] content) {
      ActorRef<Replies> replyTo = world.ref("answers", replies -> replies.replies().forEach(reply -> {
        if (reply instanceof Reply.Answered answered) {
          answers.put(id, answered.result());
        }
      }));
      Network network = world.network();
      network.send(client, server, SERVICE, new Requests(List.of(new Request.Read(id, content)), replyTo));
    }
  }
}
