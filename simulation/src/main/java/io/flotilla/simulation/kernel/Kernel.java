package io.flotilla.simulation.kernel;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.dispatch.AbstractNodeQueue;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.Mailbox;
import org.apache.pekko.dispatch.SystemMessageQueue;

/**
 * An actor system in virtual time, run by one thread, step by step: a step is one message to one actor (or one callback), chosen at
 * random among all that are possible at that moment; when none is, time passes up to the next timer. Work takes no time.
 *
 * <p>Booting an actor system takes about a second, so one serves many runs, one after the other: {@link #begin} wipes the slate. There
 * is one kernel for each thread that asks, and kernels share nothing.
 */
public final class Kernel {
  private static final ThreadLocal<Kernel> OF_THREAD = ThreadLocal.withInitial(Kernel::boot);
  private static final long BOOT_SECONDS = 60;
  private static final Duration POLL = Duration.ofMillis(1);

  /** Far more than any scenario takes at one moment. */
  private static final long MOST_STEPS_AT_ONE_MOMENT = 5_000_000;

  /** What blocks is mostly done soon; one time in four it is not. */
  private static final long BLOCKS_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long BLOCKS_LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ExtendedActorSystem system;
  private final VirtualScheduler scheduler;
  private final RunQueue queue;
  private final List<Fiber> fibers = new ArrayList<>();
  private final Set<ActorRef> paused = new HashSet<>();
  private final List<Runnable> held = new ArrayList<>();
  private RandomGenerator random = new SplittableRandom(0);
  private Digest digest = new Digest();
  private Optional<Consumer<Delivery>> deliveries = Optional.empty();
  private Runnable afterStep = () -> { };
  private Runnable current = () -> { };
  private Fiber running;
  private long steps;
  private long stepsAtThisMoment;

  /** An actor is about to take a message. */
  public record Delivery(ActorRef receiver, Object message) {}

  private Kernel(ExtendedActorSystem system) {
    this.system = system;
    scheduler = (VirtualScheduler) system.scheduler();
    queue = scheduler.queue();
  }

  /** This thread's own; booted when first asked for. */
  public static Kernel ofThisThread() {
    return OF_THREAD.get();
  }

  /**
   * Threads that kernels are best run in: virtual ones, as fibers are. There a fiber's turn is a switch within one thread of the
   * operating system; in any other thread the operating system hands over, and runs with busy clients take two or three times as long.
   * What happens in a run is the same.
   */
  public static ThreadFactory threads() {
    return Thread.ofVirtual().name("simulation-", 1).factory();
  }

  private static Kernel boot() {
    Config config = ConfigFactory.parseResources(Kernel.class, "kernel.conf").withFallback(ConfigFactory.load()).resolve();
    ExtendedActorSystem system = (ExtendedActorSystem) ActorSystem.create("simulation", config);
    Kernel kernel = new Kernel(system);
    try {
      WarmUp.start(system).toCompletableFuture().get(BOOT_SECONDS, TimeUnit.SECONDS);
      kernel.queue.endBoot();
      kernel.scheduler.blockIn(kernel::runBlocking);
    } catch (InterruptedException | ExecutionException | TimeoutException failed) {
      throw new IllegalStateException("the simulation's actor system does not start", failed);
    }
    return kernel;
  }

  /** Ends this thread's kernel; threads that simulate and then go on to something else call it. */
  public static void closeOfThisThread() {
    Kernel kernel = OF_THREAD.get();
    OF_THREAD.remove();
    CompletionStage<?> ended = kernel.system.getWhenTerminated();
    kernel.system.terminate();
    while (!ended.toCompletableFuture().isDone() && kernel.doNext(Long.MAX_VALUE)) {
      // until nothing is left to do
    }
  }

  public ExtendedActorSystem system() {
    return system;
  }

  /**
   * A new run: time is zero, and nothing of an earlier run is left.
   *
   * @param schedule chooses among all that can happen
   * @param facts takes in what the run does
   */
  public void begin(RandomGenerator schedule, Digest facts) {
    random = schedule;
    digest = facts;
    steps = 0;
    stepsAtThisMoment = 0;
  }

  /** The end of a run: actors that it has not stopped must be named here. */
  public void end(Collection<ActorRef> leftOver) {
    afterStep = () -> { };
    deliveries = Optional.empty();
    kill(leftOver);
    fibers.forEach(Fiber::abandon);
    fibers.clear();
    resume(List.copyOf(paused));
    stepsAtThisMoment = 0;
    while (queue.size() > 0) {
      countStep();
      queue.takeAny(random).run();
    }
    scheduler.reset();
  }

  // Watching

  /** Done after each step; what it throws ends the run. */
  public void afterEachStep(Runnable check) {
    afterStep = check;
  }

  /** Hears of every message before it is delivered; slow. */
  public void onDelivery(Consumer<Delivery> watcher) {
    deliveries = Optional.of(watcher);
  }

  /** Steps of this run so far. */
  public long steps() {
    return steps;
  }

  // Time

  public long nowNanos() {
    return scheduler.nowNanos();
  }

  /** What makes of a delay that an actor asks for a delay in true time; {@link #currentRoot} tells whose it is. */
  public void scaleDelays(LongUnaryOperator scale) {
    scheduler.scaleDelays(scale);
  }

  public void after(Duration delay, Runnable action) {
    scheduler.after(delay.toNanos(), action);
  }

  /**
   * Does the next thing, if one is due by then: one message, callback or timer.
   *
   * @throws TimeStandsStill things go on and on at one moment
   */
  public boolean doNext(long untilNanos) {
    long beforeNanos = nowNanos();
    if (queue.size() > 0) {
      digest.add(queue.size());
      run(queue.takeAny(random));
    } else if (scheduler.fireNext(untilNanos)) {
      digest.add(scheduler.nowNanos());
    } else {
      return false;
    }
    steps++;
    stepsAtThisMoment = nowNanos() > beforeNanos ? 0 : stepsAtThisMoment;
    countStep();
    afterStep.run();
    return true;
  }

  /** Work takes no time, so what always makes more work would never let time pass: the run would have no end. */
  private void countStep() {
    if (++stepsAtThisMoment > MOST_STEPS_AT_ONE_MOMENT) {
      throw new TimeStandsStill(stepsAtThisMoment, Duration.ofNanos(nowNanos()), current);
    }
  }

  private void run(Runnable next) {
    if (!paused.isEmpty() && rootOf(next).filter(paused::contains).isPresent()) {
      held.add(next);
      return;
    }
    if (deliveries.isPresent()) {
      report(next, deliveries.get());
    }
    current = next;
    next.run();
  }

  /** Lets that much time pass. In a fiber: for this fiber. */
  public void advance(Duration duration) {
    if (running != null) {
      Fiber fiber = running;
      after(duration, () -> queue.add(() -> resume(fiber)));
      park(fiber);
    } else {
      long untilNanos = nowNanos() + duration.toNanos();
      while (doNext(untilNanos)) {
        // the loop is the simulation
      }
      scheduler.advanceTo(untilNanos);
    }
  }

  /**
   * Goes on until the condition holds, at most that long. Outside of fibers it is looked at after each step; in a fiber, every
   * millisecond.
   *
   * @return whether it holds
   */
  public boolean until(BooleanSupplier condition, Duration atMost) {
    long untilNanos = nowNanos() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (running != null && nowNanos() < untilNanos) {
        advance(POLL);
      } else if (running != null || !doNext(untilNanos)) {
        scheduler.advanceTo(untilNanos);
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  /**
   * Waits for an outcome in virtual time.
   *
   * @throws IllegalStateException nothing will ever complete it, or it takes more than a virtual day
   */
  public <T> T await(CompletionStage<T> outcome) {
    if (running != null) {
      Fiber fiber = running;
      if (!outcome.toCompletableFuture().isDone()) {
        outcome.whenComplete((_, _) -> queue.add(() -> resume(fiber)));
        park(fiber);
      }
    } else if (!until(outcome.toCompletableFuture()::isDone, Duration.ofDays(1))) {
      throw new IllegalStateException("nobody completes what is waited for");
    }
    try {
      return outcome.toCompletableFuture().getNow(null);
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /** Runs it some time later, unless whoever asked for it is gone by then. */
  private void runBlocking(Runnable work) {
    Optional<ActorRef> asker = currentRoot();
    scheduler.after(random.nextLong(random.nextInt(4) == 0 ? BLOCKS_LONG_NANOS : BLOCKS_NANOS), () -> {
      if (asker.filter(root -> ((InternalActorRef) root).isTerminated()).isEmpty()) {
        queue.add(work);
      }
    });
  }

  // Fibers

  /** Runs it beside all else, as a thread that waits in virtual time. What it throws ends the run. */
  public void go(String name, Runnable body) {
    Fiber fiber = new Fiber(name, body);
    fibers.add(fiber);
    queue.add(() -> resume(fiber));
  }

  private void resume(Fiber fiber) {
    running = fiber;
    Throwable failure = fiber.resume();
    running = null;
    if (fiber.hasEnded()) {
      fibers.remove(fiber);
    }
    switch (failure) {
      case null -> { }
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException(failure);
    }
  }

  private void park(Fiber fiber) {
    running = null;
    fiber.park();
    running = fiber;
  }

  // Actors

  /**
   * Ends top-level actors and all below them at this very moment: none takes another message. What they do as they end (their
   * PostStop) does happen; it is for the world around them not to heed it.
   */
  public void kill(Collection<ActorRef> roots) {
    Set<ActorRef> dying = new HashSet<>(roots);
    resume(roots);
    dying.forEach(root -> ((InternalActorRef) root).stop());
    while (!dying.stream().allMatch(root -> ((InternalActorRef) root).isTerminated())) {
      // From the top down: so whoever is reached has been told to end before it looks at anything else. Their parent comes first,
      // as an actor that was spawned at this very moment begins to exist only when its parent gets round to it.
      Runnable next = queue.takeLowest(work -> depthBelow(dying, work));
      if (next == null) {
        throw new IllegalStateException("actors that do not end: " + dying);
      }
      next.run();
    }
  }

  private int depthBelow(Set<ActorRef> roots, Runnable work) {
    if (work instanceof Mailbox mailbox && ((SystemMessageQueue) mailbox).hasSystemMessages()) {
      if (mailbox.actor().self().equals(system.provider().guardian())) {
        return 0;
      }
      int depth = 1;
      for (InternalActorRef actor = mailbox.actor().self(); hasParent(actor); actor = actor.getParent()) {
        if (roots.contains(actor)) {
          return depth;
        }
        depth++;
      }
    }
    return Integer.MAX_VALUE;
  }

  /** These top-level actors and all below them take no more messages until they are resumed: as if their process was stopped. */
  public void pause(Collection<ActorRef> roots) {
    paused.addAll(roots);
  }

  public void resume(Collection<ActorRef> roots) {
    paused.removeAll(roots);
    held.forEach(queue::add);   // those of others that are paused come back here when their turn comes
    held.clear();
  }

  /** The top-level actor under which the present step runs, if it is an actor's. */
  public Optional<ActorRef> currentRoot() {
    return rootOf(current);
  }

  private static Optional<ActorRef> rootOf(Runnable work) {
    if (!(work instanceof Mailbox mailbox) || mailbox.actor() == null) {
      return Optional.empty();
    }
    InternalActorRef actor = mailbox.actor().self();
    while (hasParent(actor) && hasParent(actor.getParent()) && hasParent(actor.getParent().getParent())) {
      actor = actor.getParent();
    }
    return Optional.of(actor);
  }

  private static boolean hasParent(InternalActorRef actor) {
    return !actor.path().parent().equals(actor.path());
  }

  private static void report(Runnable work, Consumer<Delivery> watcher) {
    if (work instanceof Mailbox mailbox && mailbox.actor() != null) {
      Object next = switch (mailbox.messageQueue()) {
        case Queue<?> messages -> messages.peek();
        case AbstractNodeQueue<?> messages -> messages.peek();
        default -> null;
      };
      if (next instanceof Envelope envelope) {
        watcher.accept(new Delivery(mailbox.actor().self(), envelope.message()));
      }
    }
  }
}
