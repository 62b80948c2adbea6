package io.flotilla.kv.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who belongs to a group, by node id.
 *
 * @param voters decide together
 * @param learners hold a copy only; no node is both
 */
public record Members(SortedSet<String> voters, SortedSet<String> learners) {
  public static final Members NONE = new Members(new TreeSet<>(), new TreeSet<>());

  public Members {
    voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    learners = Collections.unmodifiableSortedSet(new TreeSet<>(learners));
  }

  public static Members ofVoters(Collection<String> voters) {
    return new Members(new TreeSet<>(voters), new TreeSet<>());
  }

  public static Members of(Collection<String> voters, Collection<String> learners) {
    return new Members(new TreeSet<>(voters), new TreeSet<>(learners));
  }

  /** Voters and learners. */
  public SortedSet<String> all() {
    SortedSet<String> all = new TreeSet<>(voters);
    all.addAll(learners);
    return all;
  }

  /** Nodes that are named as voter and as learner at once. */
  List<String> namedTwice() {
    return voters.stream().filter(id -> learners.contains(id)).toList();
  }

  @Override
  public String toString() {
    return learners.isEmpty() ? "voters " + voters : "voters %s, learners %s".formatted(voters, learners);
  }
}
