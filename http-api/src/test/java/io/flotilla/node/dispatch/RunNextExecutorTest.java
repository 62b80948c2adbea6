package io.flotilla.node.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which thread runs a task, and when; that each is run once. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)   // a task that is forgotten would be waited for
class RunNextExecutorTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final List<RunNextExecutor> started = new ArrayList<>();
  private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (RunNextExecutor executor : started) {
      executor.shutdown();
      assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).as("its threads end").isTrue();
    }
    assertThat(uncaught).isEmpty();
  }

  @Test
  void whatATaskSubmitsRunsNextOnItsThread() throws InterruptedException {
    RunNextExecutor executor = executor(2);
    List<Thread> threads = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(() -> {
      threads.add(Thread.currentThread());
      executor.execute(() -> {
        threads.add(Thread.currentThread());
        executor.execute(() -> {
          threads.add(Thread.currentThread());
          done.countDown();
        });
      });
    });
    done.await();
    assertThat(threads).hasSize(3).containsOnly(threads.getFirst());
  }

  @Test
  void aSecondTaskIsForAllThreadsWhileTheFirstStays() throws InterruptedException {
    RunNextExecutor executor = executor(2);
    Map<String, Thread> threads = new ConcurrentHashMap<>();
    CountDownLatch secondRan = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(() -> {
      threads.put("submitter", Thread.currentThread());
      executor.execute(() -> {
        threads.put("first", Thread.currentThread());
        done.countDown();
      });
      executor.execute(() -> {
        threads.put("second", Thread.currentThread());
        secondRan.countDown();
      });
      awaitQuietly(secondRan);
    });
    done.await();
    assertThat(threads.get("first")).isSameAs(threads.get("submitter"));
    assertThat(threads.get("second")).isNotSameAs(threads.get("submitter"));
  }

  @Test
  void anIdleThreadFindsWhatIsKeptForABlockedOne() throws InterruptedException {
    RunNextExecutor executor = executor(2, RunNextExecutor.LOOKOUT);
    Map<String, Thread> threads = new ConcurrentHashMap<>();
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(() -> blockUntilWhatIsKeptHasRun(executor, threads, done));
    done.await();
    assertThat(threads.get("kept")).isNotSameAs(threads.get("blocked"));
  }

  @Test
  void aBusyThreadFindsWhatIsKeptForABlockedOne() throws InterruptedException {
    RunNextExecutor executor = executor(2);
    Map<String, Thread> threads = new ConcurrentHashMap<>();
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(new Busy(executor, done));
    executor.execute(() -> blockUntilWhatIsKeptHasRun(executor, threads, done));
    done.await();
    assertThat(threads.get("kept")).isNotSameAs(threads.get("blocked"));
  }

  @Test
  void whatIsKeptTakesItsPlaceBehindWhatWaits() throws InterruptedException {
    RunNextExecutor executor = executor(1);
    List<String> order = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch submitted = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(() -> {
      begun.countDown();
      awaitQuietly(submitted);
      executor.execute(() -> {
        order.add("kept");
        done.countDown();
      });
    });
    begun.await();
    executor.execute(() -> order.add("waits"));
    executor.execute(() -> order.add("waits too"));
    submitted.countDown();
    done.await();
    assertThat(order).containsExactly("waits", "waits too", "kept");
  }

  @Test
  void aTaskForAnotherExecutorRunsThere() throws InterruptedException {
    RunNextExecutor here = executor(1);
    RunNextExecutor there = executor(1);
    List<Thread> threads = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    here.execute(() -> {
      threads.add(Thread.currentThread());
      there.execute(() -> {
        threads.add(Thread.currentThread());
        done.countDown();
      });
    });
    done.await();
    assertThat(threads).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void eachTaskRunsOnce(int threads) throws InterruptedException {
    int submitters = 4;
    int chains = 2_000;
    int links = 10;
    AtomicInteger others = new AtomicInteger();
    RunNextExecutor executor = executor(threads, Duration.ofNanos(1));   // as often as can be
    AtomicIntegerArray runs = new AtomicIntegerArray(submitters * chains * links);
    CountDownLatch done = new CountDownLatch(submitters * chains);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < submitters; i++) {
      int submitter = i;
      all.add(Thread.ofPlatform().start(() -> {
        for (int chain = 0; chain < chains; chain++) {
          int first = (submitter * chains + chain) * links;
          executor.execute(new Link(executor, runs, others, first, first + links - 1, done));
        }
      }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    done.await();
    executor.shutdown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < runs.length(); i++) {
      assertThat(runs.get(i)).as("runs of task %d", i).isEqualTo(1);
    }
    assertThat(others).hasValue(submitters * chains * (links - 1));
  }

  @Test
  void aTaskThatThrowsTakesNoThreadWithIt() throws InterruptedException {
    RunNextExecutor executor = executor(1);
    List<Thread> threads = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    IllegalStateException bug = new IllegalStateException("a bug");
    executor.execute(() -> {
      threads.add(Thread.currentThread());
      throw bug;
    });
    executor.execute(() -> {
      threads.add(Thread.currentThread());
      done.countDown();
    });
    done.await();
    assertThat(threads).hasSize(2).containsOnly(threads.getFirst());
    assertThat(uncaught).containsExactly(bug);
    uncaught.clear();
  }

  @Test
  void aShutdownLetsEverythingEndThatWasSubmitted() throws InterruptedException {
    RunNextExecutor executor = executor(2);
    AtomicInteger ran = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    executor.execute(() -> {
      begun.countDown();
      awaitQuietly(goOn);
      for (int i = 0; i < 10; i++) {
        executor.execute(ran::incrementAndGet);
      }
    });
    begun.await();
    executor.shutdown();
    assertThat(executor.isShutdown()).isTrue();
    assertThat(executor.isTerminated()).isFalse();
    assertThatThrownBy(() -> executor.execute(ran::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
    goOn.countDown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(executor.isTerminated()).isTrue();
    assertThat(ran).hasValue(10);
  }

  @Test
  void aShutdownLosesNothingThatATaskSubmits() throws InterruptedException {
    for (int round = 0; round < 2_000; round++) {
      RunNextExecutor executor = executor(3);
      AtomicInteger ran = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(1);
      executor.execute(() -> {
        begun.countDown();
        for (int i = 0; i < 10; i++) {
          executor.execute(ran::incrementAndGet);
        }
      });
      begun.await();
      executor.shutdown();
      assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).as("threads end in round %d", round).isTrue();
      assertThat(ran).as("tasks of round %d", round).hasValue(10);
    }
  }

  @Test
  void anInterruptionEndsWithTheTaskItWasMeantFor() throws InterruptedException {
    RunNextExecutor executor = executor(1);
    AtomicBoolean interrupted = new AtomicBoolean(true);
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(() -> {
      executor.execute(() -> {
        interrupted.set(Thread.currentThread().isInterrupted());
        done.countDown();
      });
      Thread.currentThread().interrupt();
    });
    done.await();
    assertThat(interrupted).isFalse();
  }

  @Test
  void whatWaitsIsGivenBackWhenItIsShutDownAtOnce() throws InterruptedException {
    RunNextExecutor executor = executor(1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    executor.execute(() -> {
      begun.countDown();
      awaitQuietly(goOn);
    });
    begun.await();
    Runnable waiting = () -> uncaught.add(new AssertionError("it was given back"));
    executor.execute(waiting);
    assertThat(executor.shutdownNow()).containsExactly(waiting);
    goOn.countDown();
    assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(uncaught).isEmpty();
  }

  private RunNextExecutor executor(int threads) {
    return executor(threads, NEVER);
  }

  private RunNextExecutor executor(int threads, Duration lookout) {
    ThreadFactory factory = Thread.ofPlatform().daemon().uncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown)).factory();
    RunNextExecutor executor = new RunNextExecutor(threads, lookout, factory);
    started.add(executor);
    return executor;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void blockUntilWhatIsKeptHasRun(RunNextExecutor executor, Map<String, Thread> threads, CountDownLatch ran) {
    threads.put("blocked", Thread.currentThread());
    executor.execute(() -> {
      threads.put("kept", Thread.currentThread());
      ran.countDown();
    });
    awaitQuietly(ran);
  }

  /** Submits itself, so that its thread has something to do, until all is done. */
  private record Busy(RunNextExecutor executor, CountDownLatch done) implements Runnable {
    @Override
    public void run() {
      if (done.getCount() > 0) {
        executor.execute(this);
      }
    }
  }

  /** Runs once and submits the next one of its chain and another task, as an actor tells two others. */
  private record Link(RunNextExecutor executor, AtomicIntegerArray runs, AtomicInteger others, int index, int last,
      CountDownLatch done) implements Runnable {
    @Override
    public void run() {
      runs.incrementAndGet(index);
      if (index == last) {
        done.countDown();
        return;
      }
      executor.execute(others::incrementAndGet);
      executor.execute(new Link(executor, runs, others, index + 1, last, done));
    }
  }
}
