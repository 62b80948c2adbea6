package io.flotilla.simulation.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Everything that could run at this moment: mailboxes with something in them, callbacks of futures. All dispatchers of an actor
 * system put their work here. While the system boots a thread of its own does it; from then on one thread takes what comes next.
 */
final class RunQueue {
  private final BlockingQueue<Runnable> booting = new LinkedBlockingQueue<>();
  private final List<Runnable> runnable = new ArrayList<>();
  private final Thread pump = Thread.ofPlatform().daemon().name("simulation-boot").start(this::boot);
  private boolean ending;   // the pump's own
  private volatile boolean booted;

  private void boot() {
    try {
      while (!ending || !booting.isEmpty()) {
        booting.take().run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until nothing is left to run; from now on only the caller's thread may use the queue. */
  void endBoot() throws InterruptedException {
    booting.add(() -> ending = true);
    pump.join();
    booted = true;
  }

  void add(Runnable work) {
    if (booted) {
      runnable.add(work);
    } else {
      booting.add(work);
    }
  }

  int size() {
    return runnable.size();
  }

  /** Takes out any, all of them equally likely. */
  Runnable takeAny(RandomGenerator random) {
    int size = runnable.size();
    return take(size == 1 ? 0 : random.nextInt(size));
  }

  /** Takes out the one of the lowest rank; null if all ranks are {@link Integer#MAX_VALUE}. */
  Runnable takeLowest(ToIntFunction<Runnable> rank) {
    int lowest = Integer.MAX_VALUE;
    int at = -1;
    for (int i = 0; i < runnable.size(); i++) {
      int here = rank.applyAsInt(runnable.get(i));
      if (here < lowest) {
        lowest = here;
        at = i;
      }
    }
    return at < 0 ? null : take(at);
  }

  private Runnable take(int at) {
    Runnable last = runnable.removeLast();
    return at == runnable.size() ? last : runnable.set(at, last);
  }
}
