package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.simulation.kv.KvSimulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Some clients put, append to and delete the same few keys, one by one and several at once, while servers crash and come back from
 * snapshots. Each change that is acknowledged has a revision that no other has, and a higher one than all that was acknowledged before it
 * was asked for: a revision tells that nothing has happened since. A deletion is a change like any other, though it leaves no record that
 * would show its revision.
 */
final class Revisions {
  private static final int CLIENTS = 3;
  private static final int WRITES = 40;
  private static final int MOST_AT_ONCE = 4;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final byte[] VALUE = "v".getBytes(StandardCharsets.UTF_8);
  private static final List<Key> KEYS = IntStream.range(0, 4).mapToObj(number -> Key.of("k" + number)).toList();

  private final KvSimulation store;
  private final RandomGenerator random;
  private final Set<Long> taken = new HashSet<>();
  private long latest;

  private Revisions(KvSimulation store) {
    this.store = store;
    random = store.group().world().newRandom();
  }

  static void play(KvSimulation store) {
    KvStory.warmUp(store);
    Revisions revisions = new Revisions(store);
    Together everybody = new Together(store.group());
    for (int i = 0; i < CLIENTS; i++) {
      KvSimulation.Client client = store.newClient();
      everybody.go("client", () -> revisions.change(client));
    }
    store.group().peers().forEach(peer -> {
      store.group().advance(RaftProbes.ELECTION.dividedBy(4));
      store.group().crash(peer);
      store.group().advance(RaftProbes.ELECTION.dividedBy(4));
      store.group().restart(peer);
    });
    everybody.join(KvStory.PATIENCE);
  }

  private void change(KvSimulation.Client client) {
    for (int i = 0; i < WRITES; i++) {
      long before = latest;
      KvReply reply = store.group().await(client.kv().execute(anyWrite()));
      revisionsIn(reply).forEach(revision -> {
        require(revision > before && taken.add(revision), "Revisions", "revision %d is given again, or late: %d had been acknowledged",
            revision, before);
        latest = Math.max(latest, revision);
      });
      store.group().advance(PAUSE);
    }
  }

  private KvRequest.Write anyWrite() {
    return random.nextBoolean() ? anyOne()
        : new KvRequest.Batch(Stream.generate(this::anyOne).limit(1 + random.nextInt(MOST_AT_ONCE)).toList());
  }

  private KvRequest.KeyWrite anyOne() {
    Key key = KEYS.get(random.nextInt(KEYS.size()));
    KvRequest.Condition condition = random.nextInt(MOST_AT_ONCE) == 0 ? new KvRequest.Condition.Absent() : KvRequest.Condition.ALWAYS;
    return switch (random.nextInt(3)) {
      case 0 -> new KvRequest.Put(key, VALUE, condition);
      case 1 -> new KvRequest.Append(key, VALUE, condition);
      default -> new KvRequest.Delete(key, KvRequest.Condition.ALWAYS);
    };
  }

  /** Of what was changed: nothing, one thing, or each write of a batch in its order. */
  private static List<Long> revisionsIn(KvReply reply) {
    return switch (reply) {
      case KvReply.Written written -> List.of(written.revision());
      case KvReply.Deleted(boolean deleted, long revision) when deleted -> List.of(revision);
      case KvReply.BatchApplied(List<KvReply> replies) -> replies.stream().flatMap(each -> revisionsIn(each).stream()).toList();
      default -> List.of();
    };
  }
}
