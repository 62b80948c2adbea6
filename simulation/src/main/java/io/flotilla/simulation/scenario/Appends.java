package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The clients of the older suites: each appends tagged pieces, one after the other, and insists on each until it is known to be
 * applied; in the end every piece is there once, in its client's order. They pause between operations, as {@link OnePuts}' do.
 */
final class Appends {
  private static final int LONGEST_PAUSE_MILLIS = 40;

  private final KvSimulation store;
  private final RandomGenerator random;
  private final List<Caller> callers = new ArrayList<>();
  private boolean ending;

  Appends(KvSimulation store) {
    this.store = store;
    random = store.group().world().random();
  }

  /** A client that appends to that key, which may be others' too. */
  Caller caller(KvSimulation.Client client, String key) {
    Caller caller = new Caller(callers.size(), client, key);
    callers.add(caller);
    return caller;
  }

  void begin() {
    ending = false;
  }

  void end() {
    ending = true;
  }

  private void pause() {
    store.group().advance(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
  }

  /** Every piece of every client is in its key's value once, and those of one client are in order. */
  void check(KvSimulation.Client reader) {
    for (Caller caller : callers) {
      String value = KvStory.valueIn(reader.insist(caller.key, new Call.Get()));
      int last = -1;
      for (int i = 0; i < caller.pieces; i++) {
        String piece = caller.piece(i);
        int at = value.indexOf(piece);
        require(at > last, "Exactly once", "%s is not in its place in %s", piece, value);
        require(value.indexOf(piece, at + 1) < 0, "Exactly once", "%s is twice in %s", piece, value);
        last = at;
      }
    }
  }

  /** One client. */
  final class Caller {
    private final int number;
    private final KvSimulation.Client client;
    private final String key;
    private String own = "";
    private int pieces;

    private Caller(int number, KvSimulation.Client client, String key) {
      this.number = number;
      this.client = client;
      this.key = key;
    }

    private String piece(int i) {
      return "x %d %d y".formatted(number, i);
    }

    /** Alone on its key: begins it anew, then appends or reads, and knows what has to be there. */
    void useOwnKeyUntilEnd() {
      own = "";
      pieces = 0;
      Outcome put = client.insist(key, new Call.Put(""));
      require(put instanceof Outcome.Written, "Contract", "a put was answered %s", put);
      while (!ending) {
        if (random.nextBoolean()) {
          appendToOwn();
        } else {
          KvStory.expectValue(own, client.insist(key, new Call.Get()));
        }
        pause();
      }
    }

    private void appendToOwn() {
      String piece = piece(pieces++);
      own += piece;
      Outcome appended = client.insist(key, new Call.Append(piece));
      require(appended instanceof Outcome.Written, "Contract", "an append was answered %s", appended);
    }

    void append(int count) {
      for (int i = 0; i < count; i++) {
        appendToOwn();
      }
    }

    /** Somewhere among as many keys as there are clients; half appends, of the rest one in ten a put. */
    void useRandomKeysUntilEnd(int keys) {
      while (!ending) {
        String any = Integer.toString(random.nextInt(keys));
        Outcome _ = client.insist(any, randomCall());
        pause();
      }
    }

    private Call randomCall() {
      if (random.nextBoolean()) {
        return new Call.Append(piece(pieces++));
      }
      return random.nextInt(10) == 0 ? new Call.Put(piece(pieces++)) : new Call.Get();
    }
  }
}
