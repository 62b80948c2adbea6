package io.flotilla.bench;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Load through the Java client: an operation's successor starts on the thread that brings its reply. */
final class JavaClientEngine implements LoadEngine {
  private final KvClient client;

  JavaClientEngine(KvClient client) {
    this.client = client;
  }

  @Override
  public Run start(Workload workload, Pace pace, Meter meter) {
    Loop loop = new Loop(workload, pace, meter);
    loop.thread.start();
    return loop;
  }

  private final class Loop implements Run {
    private static final long REST_MILLIS = 10;
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Executor RESTED = CompletableFuture.delayedExecutor(REST_MILLIS, TimeUnit.MILLISECONDS);

    private final Workload workload;
    private final Values values;
    private final Pace pace;
    private final Meter meter;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("bench-java").daemon().unstarted(this::run);
    private volatile boolean stopping;
    private long issued;
    private int room;

    private Loop(Workload workload, Pace pace, Meter meter) {
      this.workload = workload;
      this.values = new Values(workload.valueSizeBytes());
      this.pace = pace;
      this.meter = meter;
      this.room = workload.outstanding();
    }

    /** Starts what becomes due by the clock alone; replies start the rest. */
    private void run() {
      while (ended.getCount() > 0) {
        startDue();
        LockSupport.parkNanos(parkNanos());
      }
    }

    private synchronized long parkNanos() {
      long now = System.nanoTime();
      boolean exhausted = stopping || pace.nanosUntilDue(now) == Long.MAX_VALUE;
      if (exhausted && room == workload.outstanding()) {
        ended.countDown();
      }
      long untilDue = pace.nanosUntilDue(now);
      return untilDue == 0 ? LONGEST_PARK_NANOS : Math.min(untilDue, LONGEST_PARK_NANOS);
    }

    private void startDue() {
      while (true) {
        Operation operation;
        long intended;
        synchronized (this) {
          long now = System.nanoTime();
          if (room == 0 || stopping || !pace.isDue(now)) {
            return;
          }
          room--;
          operation = workload.operation(issued++);
          intended = pace.take(now);
        }
        CompletableFuture<KvReply> reply = client.execute(request(operation)).toCompletableFuture();
        if (reply.isDone()) {   // a callback would nest the next operation in this one's stack, and so on
          onReply(operation, intended, reply);
        } else {
          var _ = reply.whenComplete((_, _) -> {
            onReply(operation, intended, reply);
            startDue();
          });
        }
      }
    }

    private KvRequest request(Operation operation) {
      Key key = Key.ofUtf8(Keys.name(operation.key()));
      return switch (operation.kind()) {
        case READ -> new KvRequest.Get(key, KvRequest.Consistency.LINEARIZABLE);
        case WRITE -> new KvRequest.Put(key, values.get(operation.value()), KvRequest.Condition.ALWAYS);
      };
    }

    private void onReply(Operation operation, long intended, CompletableFuture<KvReply> reply) {
      String error = reply.isCompletedExceptionally() ? "exception" : errorOf(reply.join());
      if (error == null) {
        meter.succeeded(operation.kind(), System.nanoTime() - intended);
        leave();
      } else {
        meter.failed(error);
        RESTED.execute(() -> {
          leave();
          startDue();
        });
      }
    }

    private synchronized void leave() {
      room++;
    }

    /** Null for a success: this is asked for every operation. */
    private static String errorOf(KvReply reply) {
      return switch (reply) {
        case KvReply.Written _, KvReply.Found _ -> null;
        case KvReply.Unavailable unavailable -> unavailable.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        case KvReply.OutcomeUnknown _ -> "outcome-unknown";
        case KvReply.NotFound _ -> "not-found";
        case KvReply.Invalid _ -> "invalid";
        case KvReply.TooLarge _ -> "too-large";
        case KvReply.Deleted _, KvReply.BatchApplied _, KvReply.Scanned _, KvReply.ConditionFailed _,
            KvReply.SequenceSuperseded _ -> "unexpected-reply";
      };
    }

    @Override
    public void awaitEnd() throws InterruptedException {
      ended.await();
    }

    @Override
    public void stop() throws InterruptedException {
      stopping = true;
      LockSupport.unpark(thread);
      ended.await(workload.timeout().toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
