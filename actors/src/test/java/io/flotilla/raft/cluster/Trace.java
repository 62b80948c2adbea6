package io.flotilla.raft.cluster;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** The last steps of a run, for who must find out what went wrong, and a digest of all of them: equal runs have equal digests. */
final class Trace {
  private record Line(long atNanos, PeerId peer, Object cause, RaftState after, List<Effect> effects) {
    @Override
    public String toString() {
      return "%10.3f ms %s t%d %s log=%s commit=%d <- %s%s".formatted(atNanos / 1e6, peer, after.currentTerm(),
          after.role().label(), after.log(), after.commitIndex(), cause,
          effects.stream().map(effect -> "\n      " + effect).collect(Collectors.joining()));
    }
  }

  private final Deque<Line> lines = new ArrayDeque<>();
  private final int capacity = Integer.getInteger("sim.trace", 60);
  private long digest;
  private long steps;

  void stepped(long atNanos, PeerId peer, Object cause, RaftState after, List<Effect> effects) {
    steps++;
    digest = digest * 31 + (((atNanos * 31 + peer.hashCode()) * 31 + after.currentTerm()) * 31 + after.commitIndex()) * 31
        + after.log().lastIndex() * 31 + effects.size();
    lines.add(new Line(atNanos, peer, cause, after, effects));
    if (lines.size() > capacity) {
      lines.remove();
    }
  }

  long digest() {
    return digest;
  }

  long steps() {
    return steps;
  }

  @Override
  public String toString() {
    return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
  }
}
