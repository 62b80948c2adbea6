package io.flotilla.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** States and inputs for tests of single steps, written as the paper draws them: a log is the terms of its entries, {@code 1 1 2}. */
final class CoreFixture {
  static final PeerId SELF = PeerId.of("n1");
  static final PeerId N2 = PeerId.of("n2");
  static final PeerId N3 = PeerId.of("n3");
  static final Membership THREE = Membership.ofVoters(List.of(SELF, N2, N3));
  static final RaftSettings SETTINGS = new RaftSettings(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(300),
      1000, 10, 4, Duration.ofMillis(10), 1, Duration.ofMillis(100), 0, 1);
  /** Later than any promise that a restart makes. */
  static final long NOW = Duration.ofHours(1).toNanos();

  private CoreFixture() {}

  static List<LogEntry> entries(String terms) {
    return entriesAfter(0, terms);
  }

  static List<LogEntry> entriesAfter(long prevLogIndex, String terms) {
    List<LogEntry> entries = new ArrayList<>();
    Arrays.stream(terms.split(" ")).filter(term -> !term.isEmpty())
        .forEach(term -> entries.add(new LogEntry.NoOp(prevLogIndex + entries.size() + 1, Long.parseLong(term))));
    return entries;
  }

  static EntryLog log(String terms) {
    return EntryLog.empty(0, 0, THREE).append(entries(terms));
  }

  static String terms(EntryLog log) {
    return String.join(" ", log.entries(log.baseIndex() + 1, log.lastIndex()).stream().map(entry -> "" + entry.term()).toList());
  }

  static RaftState follower(long term, String votedFor, String terms) {
    return RaftState.restored(SELF, SETTINGS, term, Optional.ofNullable(votedFor).map(PeerId::of), log(terms));
  }

  /** Elected by n2, its vote and its no-op durable. */
  static RaftState leader(long term, String terms) {
    return persist(candidate(term, terms, N2));
  }

  /** A leader whose no-op is not durable yet. */
  static RaftState candidate(long term, String terms, PeerId... voters) {
    RaftState state = follower(term - 1, null, terms);
    state = step(state, new Input.TimerFired(Timer.ELECTION)).next();
    state = receive(state, new RaftMessage.PreVoteGranted(term, N2)).next();
    state = persist(state);
    for (PeerId voter : voters) {
      state = receive(state, new RaftMessage.VoteGranted(term, voter)).next();
    }
    return state;
  }

  static RaftState preCandidate(long term, String terms) {
    return step(follower(term, null, terms), new Input.TimerFired(Timer.ELECTION)).next();
  }

  static Step step(RaftState state, Input input) {
    return RaftCore.step(state, input, NOW);
  }

  static Step receive(RaftState state, RaftMessage message) {
    return step(state, new Input.Received(message));
  }

  static Step persisted(RaftState state) {
    return step(state, new Input.PersistedUpTo(state.writes().lastWriteNumber()));
  }

  static RaftState persist(RaftState state) {
    return persisted(state).next();
  }

  static RaftMessage.AppendEntries append(long term, long prevLogIndex, long prevLogTerm, String terms, long leaderCommit) {
    return new RaftMessage.AppendEntries(term, N2, prevLogIndex, prevLogTerm, entriesAfter(prevLogIndex, terms), leaderCommit, 0);
  }

  static List<RaftMessage> sent(Step step) {
    return step.effects().stream().filter(Effect.Send.class::isInstance).map(Effect.Send.class::cast).map(Effect.Send::message)
        .toList();
  }

  /** What appends bear entries, as {@code follower: first-last}. */
  static Stream<String> appends(Step step) {
    return step.effects().stream()
        .filter(effect -> effect instanceof Effect.Send(var _, RaftMessage.AppendEntries append) && !append.entries().isEmpty())
        .map(effect -> {
          Effect.Send send = (Effect.Send) effect;
          List<LogEntry> entries = ((RaftMessage.AppendEntries) send.message()).entries();
          return "%s: %d-%d".formatted(send.to(), entries.getFirst().index(), entries.getLast().index());
        });
  }

  static NavigableSet<PeerId> peers(String names) {
    NavigableSet<PeerId> peers = new TreeSet<>();
    Arrays.stream(names.split(" ")).filter(name -> !name.isEmpty()).forEach(name -> peers.add(PeerId.of(name)));
    return peers;
  }
}
