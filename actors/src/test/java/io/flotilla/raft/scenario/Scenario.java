package io.flotilla.raft.scenario;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftSettings;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Timer;
import io.flotilla.raft.cluster.CoreCluster;
import io.flotilla.raft.cluster.Faults;
import io.flotilla.raft.law.Law;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Plays a scenario: lines of commands, each carried through until nothing moves any more, and after each {@code ----} what clients
 * heard since and how the replicas stand. Time passes, and timers fire, only by command.
 *
 * <pre>
 * peers n1 n2 n3 [spares=n4] [snapshots=3]    a cluster, all up
 * log n1 term=2 1/noop 1/a 2/b                n1 comes with a past (directly after peers)
 * elect n2                                    the leader falls silent long enough, then n2's election timer fires
 * timeout n2 ELECTION                         a timer fires, without time passing
 * pass 150                                    milliseconds
 * heartbeat n1                                shorthand for timeout n1 HEARTBEAT
 * propose n1 x=1   read n1   lease n1         clients
 * change n1 n1,n2,n4 [learners=n3]            membership
 * transfer n1 n2                              leadership
 * cut n1   cut n1>n2   heal                   links
 * crash n1   start n1                         what is not durable is lost
 * hold n1   release n1                        the disk takes writes but completes none
 * </pre>
 */
final class Scenario {
  private static final RaftSettings SETTINGS = new RaftSettings(Duration.ofMillis(50), Duration.ofMillis(150),
      Duration.ofMillis(300), 1000, 2, 2, Duration.ofMillis(10), 1, Duration.ofMillis(100), 0, 1);
  private static final Duration SETTLED = Duration.ofNanos(1);

  private final List<String> events = new ArrayList<>();
  private final Map<String, LogEntry> preloaded = new HashMap<>();
  private CoreCluster cluster;
  private Membership membership;

  /** The whole file as it ought to be: the commands as they stand, with what they lead to. */
  static String play(String file) {
    return new Scenario().playAll(file);
  }

  private String playAll(String file) {
    StringBuilder played = new StringBuilder();
    for (String section : file.split("\n\n", -1)) {
      String commands = section.split("(?m)^----$", 2)[0].strip();
      commands.lines().filter(line -> !line.startsWith("#")).forEach(line -> carryOut(Arrays.asList(line.split(" +"))));
      played.append(commands).append("\n----\n").append(report()).append('\n');
    }
    return played.toString().stripTrailing() + "\n";
  }

  private void carryOut(List<String> words) {
    String command = words.getFirst();
    if (!command.equals("peers") && !command.equals("log")) {
      cluster.startAllNew();
    }
    switch (command) {
      case "peers" -> peers(words.subList(1, words.size()));
      case "log" -> log(words);
      case "elect" -> {
        cluster.run(SETTINGS.electionTimeoutMax());
        cluster.fire(peer(words, 1), Timer.ELECTION);
      }
      case "timeout" -> cluster.fire(peer(words, 1), Timer.valueOf(words.get(2)));
      case "pass" -> cluster.run(Duration.ofMillis(Long.parseLong(words.get(1))));
      case "heartbeat" -> cluster.fire(peer(words, 1), Timer.HEARTBEAT);
      case "propose" -> cluster.propose(peer(words, 1),
          words.subList(2, words.size()).stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList());
      case "read" -> cluster.read(peer(words, 1), Input.ReadMode.READ_INDEX);
      case "lease" -> cluster.read(peer(words, 1), Input.ReadMode.LEASE);
      case "change" -> cluster.changeMembership(peer(words, 1), named(words.get(2)), named(option(words, "learners")));
      case "transfer" -> cluster.transferLeadership(peer(words, 1), peer(words, 2));
      case "cut" -> cut(words.get(1));
      case "heal" -> cluster.healLinks();
      case "crash" -> cluster.crashLosingWrites(peer(words, 1));
      case "start" -> cluster.start(peer(words, 1));
      case "hold" -> cluster.holdDisk(peer(words, 1));
      case "release" -> cluster.releaseDisk(peer(words, 1));
      default -> throw new IllegalArgumentException("unknown command: " + command);
    }
    cluster.run(SETTLED);
  }

  private void peers(List<String> words) {
    SortedSet<PeerId> voters = named(String.join(",", words.stream().filter(word -> !word.contains("=")).toList()));
    membership = Membership.ofVoters(voters);
    String snapshots = option(words, "snapshots");
    List<Law> laws = new ArrayList<>(Law.all());
    laws.add(new Listener());
    cluster = new CoreCluster(1, voters, named(option(words, "spares")), SETTINGS, Faults.NONE, laws,
        snapshots.isEmpty() ? Long.MAX_VALUE : Long.parseLong(snapshots), false);
  }

  private void log(List<String> words) {
    List<LogEntry> entries = new ArrayList<>();
    for (String word : words.subList(3, words.size())) {
      entries.add(preloaded.computeIfAbsent(entries.size() + 1 + ":" + word, _ -> command(entries.size() + 1, word)));
    }
    cluster.preload(peer(words, 1), membership, Long.parseLong(option(words, "term")), entries);
  }

  private static LogEntry command(long index, String word) {
    int slash = word.indexOf('/');
    return new LogEntry.Command(index, Long.parseLong(word.substring(0, slash)), 0,
        word.substring(slash + 1).getBytes(StandardCharsets.UTF_8));
  }

  private void cut(String what) {
    int arrow = what.indexOf('>');
    if (arrow >= 0) {
      cluster.cut(named(what.substring(0, arrow)), named(what.substring(arrow + 1)));
    } else {
      cluster.cut(named(what), cluster.peers());
      cluster.cut(cluster.peers(), named(what));
    }
  }

  private static PeerId peer(List<String> words, int position) {
    return PeerId.of(words.get(position));
  }

  private static String option(List<String> words, String name) {
    return words.stream().filter(word -> word.startsWith(name + "=")).map(word -> word.substring(name.length() + 1)).findFirst()
        .orElse("");
  }

  private static SortedSet<PeerId> named(String names) {
    return Arrays.stream(names.split(",")).filter(name -> !name.isEmpty()).map(PeerId::of)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // What came of it

  private String report() {
    StringBuilder report = new StringBuilder();
    events.forEach(event -> report.append(event).append('\n'));
    events.clear();
    cluster.peers().forEach(peer -> report.append(standing(peer)).append('\n'));
    return report.toString();
  }

  private String standing(PeerId peer) {
    if (!cluster.isUp(peer)) {
      return peer + " down";
    }
    RaftState state = cluster.state(peer);
    String standing = "%s %s term=%d log=%s commit=%d".formatted(peer, state.role().label(), state.currentTerm(), show(state.log()),
        state.commitIndex());
    return state.membership().equals(membership) ? standing : standing + " " + show(state.membership());
  }

  private static String show(EntryLog log) {
    String base = log.baseIndex() == 0 ? "" : "(..%d/%d) ".formatted(log.baseTerm(), log.baseIndex());
    return "[" + base + LongStream.rangeClosed(log.baseIndex() + 1, log.lastIndex()).mapToObj(index -> show(log.entry(index)))
        .collect(Collectors.joining(" ")) + "]";
  }

  private static String show(LogEntry entry) {
    return entry.term() + "/" + switch (entry) {
      case LogEntry.Command command -> new String(command.payload(), StandardCharsets.UTF_8);
      case LogEntry.NoOp _ -> "noop";
      case LogEntry.Reconfiguration reconfiguration -> "{" + show(reconfiguration.membership()) + "}";
    };
  }

  private static String show(Membership membership) {
    return (membership.isJoint() ? names(membership.outgoing()) + "->" : "") + names(membership.voters())
        + (membership.learners().isEmpty() ? "" : "+" + names(membership.learners()));
  }

  private static String names(SortedSet<PeerId> peers) {
    return peers.stream().map(PeerId::value).collect(Collectors.joining(","));
  }

  /** Notes what clients hear. */
  private final class Listener implements Law {
    @Override
    public void stepped(Stepped stepped) {
      for (Effect effect : stepped.step().effects()) {
        switch (effect) {
          case Effect.Refused(var proposals, var leaderId) -> events.add("%s refused %s: leader is %s".formatted(stepped.peer(),
              proposals.stream().map(proposal -> new String(proposal.payload(), StandardCharsets.UTF_8)).toList(),
              leaderId.map(PeerId::value).orElse("unknown")));
          case Effect.ReadReady(_, var readIndex) -> events.add("%s reads at %d".formatted(stepped.peer(), readIndex));
          case Effect.ReadRefused _ -> events.add("%s refused a read".formatted(stepped.peer()));
          case Effect.MembershipChangeEnded(_, var outcome) -> events.add("%s change %s".formatted(stepped.peer(), show(outcome)));
          case Effect.TransferEnded(_, var outcome) -> events.add("%s transfer %s".formatted(stepped.peer(), show(outcome)));
          case Effect.SendSnapshotChunk chunk -> events.add("%s sends %s the snapshot up to %d from byte %d".formatted(stepped.peer(),
              chunk.to(), chunk.lastIncludedIndex(), chunk.offset()));
          case Effect.InstallSnapshot install ->
            events.add("%s installs the snapshot up to %d".formatted(stepped.peer(), install.lastIncludedIndex()));
          default -> { }
        }
      }
    }

    @Override
    public void acknowledged(long index, byte[] command) {
      events.add("acknowledged %s at %d".formatted(new String(command, StandardCharsets.UTF_8), index));
    }

    private static String show(Effect.ChangeOutcome outcome) {
      return switch (outcome) {
        case Effect.ChangeOutcome.Rejected(var reason) -> "rejected: " + reason;
        default -> outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
      };
    }
  }
}
