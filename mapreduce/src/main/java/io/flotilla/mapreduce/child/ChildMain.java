package io.flotilla.mapreduce.child;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.engine.AttemptControl;
import io.flotilla.mapreduce.engine.LocalJobProbe;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import io.flotilla.mapreduce.engine.TaskExecution;
import io.flotilla.mapreduce.jobs.Jobs;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A child: a virtual machine in which a job's code may do as it likes. Takes orders on standard input and answers on standard output,
 * both of which it hides from that code: what is printed goes to standard error, which is the job's log. Ends when its input does,
 * for then its node is gone.
 */
public final class ChildMain {
  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
  private static final int STACK_LINES = 6;

  private final DataInputStream in;
  private final OutputStream out;
  private final StoreOfNode store = new StoreOfNode(this::answer);
  private final Duration taskTimeout;
  private final TaskExecution execution;
  private final LocalJobProbe probe;
  private volatile Optional<Order> current = Optional.empty();

  private ChildMain(InputStream in, OutputStream out, ChildArguments arguments) {
    this.in = new DataInputStream(new BufferedInputStream(in));
    this.out = out;
    TaskEnvironment environment = arguments.environment(store);
    ClassLoader loader = ChildMain.class.getClassLoader(); // the job's jar is on the class path
    this.taskTimeout = environment.settings().taskTimeout();
    this.execution = new TaskExecution(environment, spec -> Jobs.load(spec, loader));
    this.probe = new LocalJobProbe(environment.settings(), environment.store(), spec -> Jobs.load(spec, loader));
  }

  /** Started by {@link JobChildren} alone. */
  public static void main(String[] args) {
    InputStream in = new FileInputStream(FileDescriptor.in);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    System.setIn(InputStream.nullInputStream());
    System.setOut(System.err);
    new ChildMain(in, out, ChildArguments.parse(args)).serve();
  }

  private void serve() {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("clock").factory());
    long tickMillis = Math.min(LONGEST_TICK.toMillis(), Math.max(1, taskTimeout.toMillis() / 4));
    var _ = clock.scheduleWithFixedDelay(() -> current.ifPresent(Order::tick), tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    // The job's code may end this machine in an orderly way; at which record it did so is good to know (§4.6 of the paper).
    Runtime.getRuntime().addShutdownHook(new Thread(() -> current.ifPresent(Order::tellPosition), "last-gasp"));
    answer(new ChildMessage.Ready());
    try {
      while (true) {
        switch (ChildMessage.read(in)) {
          case ChildMessage.StoreSays says -> store.onReply(says);
          case ChildMessage message -> begin(new Order(message));
        }
      }
    } catch (EOFException _) {
      leave();
    } catch (IOException e) {
      System.err.println("the node cannot be understood: " + e);
      leave();
    }
  }

  private void begin(Order order) {
    current = Optional.of(order);
    order.thread.start();
  }

  /** At once, whatever the job's code would still like to do. */
  private static void leave() {
    Runtime.getRuntime().halt(0);
  }

  private synchronized void answer(ChildMessage message) {
    try {
      ChildMessage.write(out, message);
    } catch (IOException _) { // nobody listens any more
      leave();
    }
  }

  /** Something to do, on a thread of its own. */
  private final class Order {
    private final ChildMessage message;
    private final Thread thread;
    private final AttemptControl control = new AttemptControl(progress -> ChildMain.this.answer(new ChildMessage.Advanced(progress)));
    private volatile long stillSinceNanos = System.nanoTime();

    Order(ChildMessage message) {
      this.message = message;
      this.thread = Thread.ofPlatform().daemon().name("task").unstarted(this::carryOut);
    }

    private void carryOut() {
      ChildMessage answer;
      try {
        answer = answer();
      } catch (JobRefusedException refused) {
        answer = new ChildMessage.Refused(refused.reason(), refused.getMessage());
      } catch (Throwable whatever) { // also of kinds that one should not catch: the node wants to know what became of it
        answer = failure(whatever.toString());
      }
      current = Optional.empty();
      ChildMain.this.answer(answer);
    }

    private ChildMessage answer() throws JobRefusedException {
      return switch (message) {
        case ChildMessage.Run(var work) -> new ChildMessage.Ended(execution.run(work, control));
        case ChildMessage.AskTraits(var spec) -> new ChildMessage.TraitsAre(probe.traits(spec));
        case ChildMessage.Sample(var spec, var ranges, var recordsPerRange) ->
          new ChildMessage.Sampled(probe.sampleKeys(spec, ranges, recordsPerRange));
        case ChildMessage other -> throw new IllegalStateException("not for a child: " + other);
      };
    }

    private ChildMessage failure(String reason) {
      return message instanceof ChildMessage.Run
          ? new ChildMessage.Ended(new TaskOutcome.Failed(reason, control.position(), false))
          : new ChildMessage.Refused(JobRefusedException.Reason.INVALID, reason);
    }

    private void tick() {
      long now = System.nanoTime();
      if (control.tick()) {
        stillSinceNanos = now;
      } else if (now - stillSinceNanos > taskTimeout.toNanos()) {
        answerAndLeave(failure("no record was finished for %d ms (flotilla.mapreduce.task-timeout); it stood %s"
            .formatted(taskTimeout.toMillis(), stack())));
      }
    }

    private void answerAndLeave(ChildMessage message) {
      ChildMain.this.answer(message);
      leave();
    }

    private void tellPosition() {
      if (message instanceof ChildMessage.Run) {
        ChildMain.this.answer(new ChildMessage.Advanced(new TaskProgress(0, TaskProgress.NONE.counters(), control.position())));
      }
    }

    private String stack() {
      return Arrays.stream(thread.getStackTrace()).limit(STACK_LINES).map(frame -> "at " + frame).collect(Collectors.joining(", "));
    }
  }
}
