package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The "one-put" of the suites: put at the version that was read, until it is known to be applied or may have been. Callers pause a
 * little between operations: as work takes no time here, they would else do ten thousand in a second.
 */
final class OnePuts {
  /** Whether puts may have been applied without their caller's knowledge. */
  enum Losses {
    NONE, POSSIBLE
  }

  private static final int LONGEST_PAUSE_MILLIS = 40;

  private final KvSimulation store;
  private long written;
  private long unknown;
  private boolean ending;

  OnePuts(KvSimulation store) {
    this.store = store;
  }

  Caller caller(KvSimulation.Client client) {
    return new Caller(client);
  }

  /** Callers may begin again. */
  void begin() {
    ending = false;
  }

  /** Has all callers finish what they do and end. */
  void end() {
    ending = true;
  }

  /** The version tells how many puts were applied: all that are known to be, and of those whose outcome is not known, some. */
  void checkVersion(String key, KvSimulation.Client reader, Losses losses) {
    long version = versionIn(reader.insist(key, new Call.Get()));
    require(losses == Losses.NONE ? version == written : version >= written && version <= written + unknown, "Exactly once",
        "version %d after %d puts that were applied and %d that may have been", version, written, unknown);
  }

  private static long versionIn(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Found found -> found.version();
      case Outcome.VersionDiffers differs -> differs.version();
      default -> 0;
    };
  }

  /** One client, with the versions that it knows of. */
  final class Caller {
    private final KvSimulation.Client client;
    private final Map<String, Long> versions = new HashMap<>();
    private long puts;

    private Caller(KvSimulation.Client client) {
      this.client = client;
    }

    void putUntilEnd(Supplier<String> keys) {
      while (!ending) {
        put(keys.get());
        pause();
      }
    }

    private void pause() {
      store.group().advance(Duration.ofMillis(store.group().world().random().nextInt(LONGEST_PAUSE_MILLIS)));
    }

    private void put(String key) {
      while (true) {
        long version = versions.getOrDefault(key, 0L);
        String value = "%s-%d".formatted(client.node(), ++puts);
        Outcome outcome = client.call(key, new Call.Cas(version, value));
        Outcome read = client.insist(key, new Call.Get());
        versions.put(key, versionIn(read));
        switch (outcome) {
          case Outcome.Written _ -> {
            written++;
            require(versionIn(read) != version + 1 || KvStory.valueIn(read).equals(value), "Linearizability",
                "version %d holds %s, not the %s that was put", version + 1, read, value);
            return;
          }
          case Outcome.Unknown _ -> {
            unknown++;
            return;
          }
          default -> pause();   // another was faster: try again at the version just read
        }
      }
    }
  }
}
