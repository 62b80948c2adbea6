package io.flotilla.simulation.raft;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftAlgorithm;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Step;
import io.flotilla.raft.law.Law;
import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.world.DurableReplica;
import io.flotilla.simulation.world.ReadableText;
import io.flotilla.simulation.world.World;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sees each step of each replica of a group: holds it to the laws, knows every replica's state, and counts commands apart from the
 * entries that Raft makes for itself.
 */
public final class GroupWatch {
  /** A command stands in a leader's log. {@code position} counts commands only, from 1; what becomes of it is not known yet. */
  public record Accepted(long position, long index, long term) {}

  private record Place(long index, long term) {}

  private final World world;
  private final List<Law> laws;
  private final Map<PeerId, RaftState> states = new TreeMap<>();
  private final Map<Place, Long> positions = new HashMap<>();
  private final Map<Long, byte[]> commands = new HashMap<>();
  private final Map<PeerId, Long> appliedPositions = new TreeMap<>();
  private final Map<PeerId, Integer> starts = new HashMap<>();
  private final IdentityHashMap<byte[], CompletableFuture<Optional<Accepted>>> offered = new IdentityHashMap<>();
  private long committedIndex;

  public GroupWatch(World world, List<Law> laws) {
    this.world = world;
    this.laws = laws;
    positions.put(new Place(0, 0), 0L);
  }

  /** The algorithm of one incarnation of a replica, with this watch around it. */
  public RaftAlgorithm around(RaftAlgorithm algorithm, PeerId peer, DurableReplica disk) {
    return new RaftAlgorithm() {
      @Override
      public Step start(RaftState restored, long nowNanos) {
        onStarted(peer, restored);
        Step step = held(peer, () -> algorithm.start(restored, nowNanos));
        onStepped(new Law.Stepped(peer, Optional.empty(), nowNanos, restored, step, disk.state()));
        return step;
      }

      @Override
      public Step step(RaftState state, Input input, long nowNanos) {
        Step step = held(peer, () -> algorithm.step(state, input, nowNanos));
        if (world.trace().isRead()) {
          world.line("%s takes %s%n%20s%s t%d %s commit=%d%s", peer, input, "", step.next().role().label(), step.next().currentTerm(),
              step.next().log(), step.next().commitIndex(), effects(step));
        }
        onStepped(new Law.Stepped(peer, Optional.of(input), nowNanos, state, step, disk.state()));
        return step;
      }
    };
  }

  /** A replica that finds its own state broken stops, as it should; that it came to this is for the run to tell. */
  private Step held(PeerId peer, Supplier<Step> step) {
    try {
      return step.get();
    } catch (RuntimeException broken) {
      world.fail(new LawBroken("Invariants", "%s: %s".formatted(peer, broken)));
      throw broken;
    }
  }

  private static String effects(Step step) {
    StringBuilder lines = new StringBuilder();
    step.effects().forEach(effect -> lines.append("%n%20s-> %s".formatted("", ReadableText.of(effect))));
    return lines.toString();
  }

  private void onStarted(PeerId peer, RaftState restored) {
    world.event("%s recovered: t%d, log ends at %d/%d", peer, restored.currentTerm(), restored.log().lastTerm(),
        restored.log().lastIndex());
    starts.merge(peer, 1, Integer::sum);
    numberNewEntries(EntryLog.empty(restored.log().baseIndex(), restored.log().baseTerm(), restored.log().baseMembership()),
        restored.log());
    hold(law -> law.started(peer, restored));
  }

  private void onStepped(Law.Stepped stepped) {
    RaftState after = stepped.after();
    states.put(stepped.peer(), after);
    world.trace().fact(after.currentTerm() * 31 + after.commitIndex());
    world.trace().fact(after.log().lastIndex() * 31 + stepped.step().effects().size());
    if (stepped.before().log() != after.log()) {
      numberNewEntries(stepped.before().log(), after.log());
    }
    committedIndex = Math.max(committedIndex, after.commitIndex());
    holdStep(stepped);
    if (!offered.isEmpty()) {
      stepped.step().effects().forEach(effect -> {
        if (effect instanceof Effect.Accepted accepted) {
          onAccepted(accepted);
        }
      });
    }
  }

  private void onAccepted(Effect.Accepted accepted) {
    for (int i = 0; i < accepted.proposals().size(); i++) {
      long index = accepted.firstIndex() + i;
      CompletableFuture<Optional<Accepted>> answer = offered.remove(accepted.proposals().get(i).payload());
      if (answer != null) {
        Accepted where = new Accepted(positions.get(new Place(index, accepted.term())), index, accepted.term());
        boolean _ = answer.complete(Optional.of(where));
      }
    }
  }

  /** An index and a term name one entry and all before it (Log Matching), so how many commands those are never changes. */
  private void numberNewEntries(EntryLog before, EntryLog after) {
    long first = after.lastIndex();
    while (first > after.baseIndex() && !(before.covers(first) && before.termAt(first) == after.termAt(first))) {
      first--;
    }
    for (long index = first + 1; index <= after.lastIndex(); index++) {
      long at = index;
      positions.computeIfAbsent(new Place(index, after.termAt(index)), _ ->
          positions.getOrDefault(new Place(at - 1, after.termAt(at - 1)), 0L)
              + (after.entry(at) instanceof LogEntry.Command ? 1 : 0));
    }
  }

  void onReplicaFailed(PeerId peer, Throwable cause) {
    world.fail(new LawBroken("Invariants", "%s failed: %s".formatted(peer, rootOf(cause))));
  }

  static Throwable rootOf(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  // What the state machines do

  void onMachine(PeerId peer, long index, long position, long digest) {
    appliedPositions.put(peer, position);
    if (index > 0) {
      hold(law -> law.applied(peer, index, digest));
    }
  }

  void onApplied(PeerId peer, long index, long position, byte[] command, long digest) {
    byte[] first = commands.computeIfAbsent(position, _ -> command);
    if (!Arrays.equals(first, command)) {
      world.fail(new LawBroken("State Machine Safety", "%s applied another command at position %d".formatted(peer, position)));
    }
    world.trace().fact(digest);
    onMachine(peer, index, position, digest);
  }

  void onMachineFailed(PeerId peer, long index, RuntimeException bug) {
    world.fail(new LawBroken("State machine", "that of %s failed at index %d: %s".formatted(peer, index, bug)));
  }

  // What clients see

  public void onAcknowledged(long index, byte[] command) {
    hold(law -> law.acknowledged(index, command));
  }

  public void onReadAsked(long readId) {
    hold(law -> law.readAsked(readId));
  }

  public void onReadAnswered(long readId, long appliedIndex) {
    hold(law -> law.readAnswered(readId, appliedIndex, appliedIndex));
  }

  public void onStaleReadAsked(PeerId peer, long readId, long nowNanos) {
    hold(law -> law.staleReadAsked(peer, readId, nowNanos));
  }

  public void onStaleReadAnswered(long readId, long appliedIndex, long staleMillis, long nowNanos) {
    hold(law -> law.staleReadAnswered(readId, appliedIndex, staleMillis, nowNanos));
  }

  /** As {@link #hold}, without anything between the laws: this is what is done most. */
  private void holdStep(Law.Stepped stepped) {
    Law current = null;
    try {
      for (Law law : laws) {
        current = law;
        law.stepped(stepped);
      }
    } catch (AssertionError broken) {
      world.fail(new LawBroken(current.getClass().getSimpleName(), broken));
    }
  }

  private void hold(Consumer<Law> toLaw) {
    for (Law law : laws) {
      try {
        toLaw.accept(law);
      } catch (AssertionError broken) {
        world.fail(new LawBroken(law.getClass().getSimpleName(), broken));
      }
    }
  }

  // What is known

  /** The replica's state after its latest step; empty until it has recovered for the first time. */
  public Optional<RaftState> state(PeerId peer) {
    return Optional.ofNullable(states.get(peer));
  }

  public boolean leads(PeerId peer) {
    RaftState state = states.get(peer);
    return state != null && state.role() instanceof Role.Leader;
  }

  /** How often the replica has recovered. */
  int starts(PeerId peer) {
    return starts.getOrDefault(peer, 0);
  }

  /** How many commands the replica's state machine has applied since its group began, snapshots counted in. */
  public long appliedPosition(PeerId peer) {
    return appliedPositions.getOrDefault(peer, 0L);
  }

  /** The command that replicas applied as the {@code position}th, once one has. */
  public Optional<byte[]> command(long position) {
    return Optional.ofNullable(commands.get(position));
  }

  /** Highest index that any replica knew to be committed. */
  public long committedIndex() {
    return committedIndex;
  }

  /** What happens to this very array when a leader takes it for a command. */
  public CompletableFuture<Optional<Accepted>> offered(byte[] command) {
    return offered.computeIfAbsent(command, _ -> new CompletableFuture<>());
  }

  public void withdrawn(byte[] command) {
    CompletableFuture<Optional<Accepted>> answer = offered.remove(command);
    if (answer != null) {
      boolean _ = answer.complete(Optional.empty());
    }
  }
}
