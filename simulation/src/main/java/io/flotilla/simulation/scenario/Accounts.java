package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.simulation.kv.KvSimulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Accounts between which some clients move amounts by batches, while others look at all of them by scans and servers crash. No look finds
 * anything but what there was in all, or an account twice or not at all; a batch of which a part is refused has done nothing,
 * whatever it did to one of them twice.
 */
final class Accounts {
  private static final int MOVERS = 4;
  private static final int MOVES = 30;
  private static final int LOOKS = 60;
  private static final int PAGE = 7;
  private static final int AMOUNT = 100;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final byte[] PREFIX = bytes("account-");
  private static final List<Key> KEYS = IntStream.range(10, 30).mapToObj(number -> Key.of("account-" + number)).toList();

  private final KvSimulation store;
  private final RandomGenerator random;

  private Accounts(KvSimulation store) {
    this.store = store;
    random = store.group().world().newRandom();
  }

  static void play(KvSimulation store) {
    KvStory.warmUp(store);
    Accounts accounts = new Accounts(store);
    accounts.open(store.newClient());
    Together everybody = new Together(store.group());
    for (int i = 0; i < MOVERS; i++) {
      KvSimulation.Client mover = store.newClient();
      everybody.go("mover", () -> accounts.move(mover));
    }
    KvSimulation.Client onlooker = store.newClient();
    everybody.go("onlooker", () -> accounts.look(onlooker));
    store.group().peers().forEach(peer -> {
      store.group().advance(RaftProbes.ELECTION.dividedBy(2));
      store.group().crash(peer);
      store.group().advance(RaftProbes.ELECTION.dividedBy(2));
      store.group().restart(peer);
    });
    everybody.join(KvStory.PATIENCE);
    accounts.expectAll(onlooker);
  }

  private void open(KvSimulation.Client client) {
    List<KvRequest.KeyWrite> deposits = KEYS.stream().map(key -> put(key, AMOUNT, new KvRequest.Condition.Absent())).toList();
    KvReply reply = execute(client, new KvRequest.Batch(deposits));
    require(reply instanceof KvReply.BatchApplied, "Contract", "the accounts are not opened: %s", reply);
  }

  private void move(KvSimulation.Client client) {
    for (int i = 0; i < MOVES; i++) {
      int from = random.nextInt(KEYS.size());
      int to = (from + 1 + random.nextInt(KEYS.size() - 1)) % KEYS.size();
      boolean refused = random.nextInt(3) == 0;
      if (get(client, KEYS.get(from)) instanceof KvReply.Found giver && get(client, KEYS.get(to)) instanceof KvReply.Found taker) {
        List<KvRequest.KeyWrite> writes = new ArrayList<>();
        writes.add(put(KEYS.get(from), amountIn(giver) - 1, new KvRequest.Condition.VersionIs(giver.version())));
        writes.add(put(KEYS.get(to), amountIn(taker) + 1, new KvRequest.Condition.RevisionIs(taker.revision())));
        if (refused) {
          writes.add(put(KEYS.get(from), 0, new KvRequest.Condition.Always()));
          writes.add(put(KEYS.get(to), 0, new KvRequest.Condition.Absent()));
        }
        KvReply reply = execute(client, new KvRequest.Batch(writes));
        require(!(refused && reply instanceof KvReply.BatchApplied), "Contract", "a part is refused, but all of %s is applied", writes);
      }
      store.group().advance(PAUSE);
    }
  }

  private void look(KvSimulation.Client client) {
    for (int i = 0; i < LOOKS; i++) {
      expectAll(client);
      expectEachOnce(client);
      store.group().advance(PAUSE);
    }
  }

  private void expectAll(KvSimulation.Client client) {
    if (scan(client, KvRequest.Consistency.LINEARIZABLE, KEYS.size(), Optional.empty()) instanceof KvReply.Scanned all) {
      int sum = all.items().stream().mapToInt(item -> Integer.parseInt(text(item.value()))).sum();
      require(sum == AMOUNT * KEYS.size(), "Contract", "there is %d in all, of %d", sum, AMOUNT * KEYS.size());
    }
  }

  /** Page by page; amounts move meanwhile, accounts stay. */
  private void expectEachOnce(KvSimulation.Client client) {
    List<Key> seen = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      if (!(scan(client, KvRequest.Consistency.LEASE, PAGE, cursor) instanceof KvReply.Scanned page)) {
        return;
      }
      require(page.items().size() <= PAGE, "Contract", "a page of %d shows %d", PAGE, page.items().size());
      page.items().forEach(item -> seen.add(item.key()));
      cursor = page.cursor();
    } while (cursor.isPresent());
    require(seen.equals(KEYS), "Contract", "a scan by pages finds %s", seen);
  }

  private KvReply scan(KvSimulation.Client client, KvRequest.Consistency consistency, int limit, Optional<String> cursor) {
    return execute(client, new KvRequest.Scan(PREFIX, Optional.empty(), Optional.empty(), limit, cursor, consistency));
  }

  private KvReply get(KvSimulation.Client client, Key key) {
    return execute(client, new KvRequest.Get(key, KvRequest.Consistency.LINEARIZABLE));
  }

  private KvReply execute(KvSimulation.Client client, KvRequest request) {
    return store.group().await(client.kv().execute(request));
  }

  private static KvRequest.KeyWrite put(Key key, int amount, KvRequest.Condition condition) {
    return new KvRequest.Put(key, bytes(String.valueOf(amount)), condition);
  }

  private static int amountIn(KvReply.Found found) {
    return Integer.parseInt(text(found.value()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
