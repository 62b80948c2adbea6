package io.flotilla.raft.cluster;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** Loses, repeats, delays and reorders messages, and has links that are cut. */
final class Network {
  private record Link(PeerId from, PeerId to) {}

  private static final int STRAGGLER_FACTOR = 100;

  private final Agenda agenda;
  private final RandomGenerator random;
  private final BiConsumer<PeerId, RaftMessage> deliver;
  private final Set<Link> cut = new HashSet<>();
  private Faults faults;

  Network(Agenda agenda, RandomGenerator random, Faults faults, BiConsumer<PeerId, RaftMessage> deliver) {
    this.agenda = agenda;
    this.random = random;
    this.faults = faults;
    this.deliver = deliver;
  }

  void send(PeerId from, PeerId to, RaftMessage message) {
    if (random.nextDouble() >= faults.lossRate()) {
      deliverLater(from, to, message);
    }
    if (random.nextDouble() < faults.duplicationRate()) {
      deliverLater(from, to, message);
    }
  }

  private void deliverLater(PeerId from, PeerId to, RaftMessage message) {
    long nanos = faults.maxDelay().isZero() ? 0 : random.nextLong(faults.maxDelay().toNanos());
    long factor = random.nextDouble() < faults.stragglerRate() ? STRAGGLER_FACTOR : 1;
    agenda.after(Duration.ofNanos(nanos * factor), () -> {
      if (!cut.contains(new Link(from, to))) {
        deliver.accept(to, message);
      }
    });
  }

  /** Nothing goes from any of these to any of those. */
  void cut(Collection<PeerId> from, Collection<PeerId> to) {
    from.forEach(sender -> to.stream().filter(receiver -> !receiver.equals(sender))
        .forEach(receiver -> cut.add(new Link(sender, receiver))));
  }

  void healLinks() {
    cut.clear();
  }

  void become(Faults newFaults) {
    faults = newFaults;
  }
}
