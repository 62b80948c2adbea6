package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.raft.GroupWatch.Accepted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** How the course's suites look at a Raft group, with their bounds. Commands are numbered apart from what Raft adds to the log. */
public final class RaftProbes {
  /** What becomes of an attempt to agree that came to nothing. */
  public enum Attempts { ONCE, RETRY }

  /** The time that the suites allow for one election. */
  public static final Duration ELECTION = Duration.ofSeconds(1);

  private static final Duration AWAIT_LIMIT = ELECTION.multipliedBy(5);
  private static final int FIND_LEADER_ROUNDS = 10;
  private static final Duration AGREE_LIMIT = Duration.ofSeconds(10);
  private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(2);
  private static final Duration ATTEMPT_POLL = Duration.ofMillis(20);
  private static final Duration NOBODY_LEADS_PAUSE = Duration.ofMillis(50);
  private static final int WAIT_POLLS = 30;
  private static final Duration LONGEST_WAIT_POLL = Duration.ofSeconds(1);

  private final Simulation simulation;
  private final List<PeerId> peers;
  private int firstToAsk;
  private long lastCommand;

  public RaftProbes(Simulation started) {
    simulation = started;
    peers = List.copyOf(started.peers());
  }

  /** Waits, for some elections at most, until that holds for a server's state; {@code what} says it in words. */
  static void await(Simulation simulation, PeerId peer, String what, Predicate<RaftState> condition) {
    require(simulation.until(() -> simulation.state(peer).filter(condition).isPresent(), AWAIT_LIMIT), "Progress", "%s does not %s%n%s",
        peer, what, simulation.describe());
  }

  /** The peer after that one, in a circle. */
  public PeerId after(PeerId peer, int steps) {
    return peers.get((peers.indexOf(peer) + steps) % peers.size());
  }

  /** Asks all connected servers, up to ten times: the leader of the highest term, never two in one. */
  public PeerId findLeader() {
    for (int round = 0; round < FIND_LEADER_ROUNDS; round++) {
      simulation.advance(Duration.ofMillis(simulation.world().random().nextInt(450, 550)));
      List<PeerId> leaders = connectedLeaders();
      require(leaders.stream().map(simulation::term).distinct().count() == leaders.size(), "Election Safety",
          "two leaders in one term: %s", leaders);
      if (!leaders.isEmpty()) {
        return leaders.stream().reduce((one, other) -> simulation.term(one) > simulation.term(other) ? one : other).orElseThrow();
      }
    }
    throw new LawBroken("Progress", "no leader within %d rounds".formatted(FIND_LEADER_ROUNDS));
  }

  private List<PeerId> connectedLeaders() {
    return simulation.leaders().stream().filter(simulation::isConnected).toList();
  }

  /** No connected server claims to lead. */
  public void checkNoLeader() {
    require(connectedLeaders().isEmpty(), "No leader without a quorum", "but %s claims to lead", connectedLeaders());
  }

  /** All connected servers are in one term. */
  public long checkSameTerm() {
    List<Long> terms = peers.stream().filter(simulation::isConnected).map(simulation::term).distinct().toList();
    require(terms.size() == 1, "One term", "connected servers are in terms %s", terms);
    return terms.getFirst();
  }

  /** How many servers have applied the {@code position}th command. */
  public long committed(long position) {
    return peers.stream().filter(peer -> simulation.watch().appliedPosition(peer) >= position).count();
  }

  /** Hands a command to a replica: where it stands now, if that one leads. */
  public Optional<Accepted> start(PeerId peer, String command) {
    return simulation.client().offer(peer, bytes(command));
  }

  /**
   * Gets a command committed on that many servers, within ten seconds.
   *
   * @return its position
   */
  public long agree(String command, int servers, Attempts attempts) {
    long untilNanos = simulation.world().nowNanos() + AGREE_LIMIT.toNanos();
    while (simulation.world().nowNanos() < untilNanos) {
      Optional<Accepted> accepted = startAnywhere(command);
      if (accepted.isEmpty()) {
        simulation.advance(NOBODY_LEADS_PAUSE);
        continue;
      }
      long position = accepted.get().position();
      if (pollUntil(() -> committed(position) >= servers && isAt(position, command), ATTEMPT_POLL, ATTEMPT_LIMIT)) {
        return position;
      }
      require(attempts == Attempts.RETRY, "Agreement", "%s is not at position %d on %d servers", command, position, servers);
    }
    throw new LawBroken("Agreement", "%s is not on %d servers within %s%n%s".formatted(command, servers, AGREE_LIMIT, simulation.describe()));
  }

  private Optional<Accepted> startAnywhere(String command) {
    for (int i = 0; i < peers.size(); i++) {
      PeerId peer = peers.get(firstToAsk);
      firstToAsk = (firstToAsk + 1) % peers.size();
      if (simulation.isConnected(peer)) {
        Optional<Accepted> accepted = start(peer, command);
        if (accepted.isPresent()) {
          return accepted;
        }
      }
    }
    return Optional.empty();
  }

  /** A command that nobody has given yet. */
  public String newCommand() {
    return "x%d".formatted(++lastCommand);
  }

  /** The command that servers applied at that position. */
  public String command(long position) {
    return simulation.watch().command(position).map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElseThrow(() -> new LawBroken("Agreement", "nobody has applied position %d".formatted(position)));
  }

  /** Whether that command is what servers applied at that position. */
  public boolean isAt(long position, String command) {
    return simulation.watch().command(position).filter(applied -> Arrays.equals(applied, bytes(command))).isPresent();
  }

  /**
   * Waits, about half a minute at most, until that many servers have applied the position.
   *
   * @param term gives up when somebody is in a later one
   * @return whether they have; false only if the term has passed
   */
  public boolean await(long position, int servers, OptionalLong term) {
    Duration pause = Duration.ofMillis(10);
    for (int poll = 0; poll < WAIT_POLLS && committed(position) < servers; poll++) {
      simulation.advance(pause);
      pause = pause.compareTo(LONGEST_WAIT_POLL) < 0 ? pause.multipliedBy(2) : pause;
      if (term.isPresent() && peers.stream().anyMatch(peer -> simulation.term(peer) > term.getAsLong())) {
        return false;
      }
    }
    require(committed(position) >= servers, "Agreement", "%d servers have applied position %d, of %d", committed(position), position,
        servers);
    return true;
  }

  /** Whether the latest membership in the server's log, committed or not, is that one. */
  public boolean isIn(PeerId peer, Membership membership) {
    return simulation.state(peer).filter(state -> state.membership().equals(membership)).isPresent();
  }

  /** Goes on until the server has that membership in its log. */
  public void awaitEntered(PeerId peer, Membership membership) {
    require(simulation.until(() -> isIn(peer, membership), ATTEMPT_LIMIT), "Progress", "%s does not enter %s", peer, membership);
  }

  private boolean pollUntil(BooleanSupplier condition, Duration every, Duration limit) {
    long untilNanos = simulation.world().nowNanos() + limit.toNanos();
    while (!condition.getAsBoolean() && simulation.world().nowNanos() < untilNanos) {
      simulation.advance(every);
    }
    return condition.getAsBoolean();
  }

  private static byte[] bytes(String command) {
    return command.getBytes(StandardCharsets.UTF_8);
  }
}
