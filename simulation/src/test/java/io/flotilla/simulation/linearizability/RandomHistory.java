package io.flotilla.simulation.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes histories by running the specification itself, so that they are linearizable for certain. */
final class RandomHistory {
  private static final int LONGEST_VALUE = 20;

  private RandomHistory() {}

  /**
   * Clients that call one after the other, each call applied at some instant while it is under way. Some are lost: applied or not, their
   * outcome is unknown.
   *
   * @param lostPerThousand how many of a thousand operations are lost
   */
  static List<Operation> linearizable(Random random, int clients, int operations, int keys, int lostPerThousand, String end) {
    Register[] registers = new Register[keys];
    Arrays.fill(registers, Register.ABSENT);
    long[] freeAt = new long[clients];
    List<Operation> history = new ArrayList<>();
    for (int n = 0; n < operations; n++) {
      // Applied at time 10n; so calls are applied in the order in which they are made here, however they overlap.
      long applied = 10L * n;
      int client = (int) random.nextLong(clients);
      if (freeAt[client] > applied) {
        continue;
      }
      int key = random.nextInt(keys);
      Call call = call(random, registers[key], n, end);
      long invoked = Math.max(freeAt[client], applied - random.nextInt(10 * clients));
      long returned = applied + random.nextInt(10 * clients);
      freeAt[client] = returned + 1;
      Outcome outcome = registers[key].answer(call);
      boolean lost = random.nextInt(1_000) < lostPerThousand;
      if (!lost || random.nextBoolean()) {
        registers[key] = registers[key].after(call);
      }
      history.add(new Operation(client, "key-" + key, call, lost ? new Outcome.Unknown() : outcome, invoked, returned));
    }
    return history;
  }

  private static Call call(Random random, Register register, int n, String end) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Call.Get();
      case 3 -> new Call.Delete();
      case 4 -> new Call.Cas(register.version() - random.nextInt(2), "c" + n + end);
      case 5 -> register.value().length() < LONGEST_VALUE ? new Call.Append("+" + n + end) : new Call.Get();
      default -> new Call.Put("p" + n + end);
    };
  }

  /** Gives one answered operation another answer, which may or may not be possible. */
  static void falsifyOne(Random random, List<Operation> history) {
    int at = random.nextInt(history.size());
    Operation operation = history.get(at);
    Outcome other = switch (operation.outcome()) {
      case Outcome.Written(long version) -> new Outcome.Written(version + 1);
      case Outcome.Deleted(boolean existed) -> new Outcome.Deleted(!existed);
      case Outcome.Found(String value, long version) -> new Outcome.Found(value, version + 1);
      case Outcome.Absent _ -> new Outcome.Found("x", 1);
      case Outcome.VersionDiffers(long version) -> new Outcome.VersionDiffers(version + 1);
      case Outcome.NotApplied _ -> new Outcome.Unknown();
      case Outcome.Unknown _ -> new Outcome.NotApplied();
    };
    history.set(at, new Operation(operation.client(), operation.key(), operation.call(), other, operation.invoked(),
        operation.returned()));
  }
}
