package io.flotilla.kv.router;

import static io.flotilla.kv.router.PendingOperations.unavailable;

import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.OutcomeUnknown;
import io.flotilla.kv.KvReply.Reason;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.MalformedException;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Takes operations to the leaders of their groups and their answers back. Follows leaders, sends again what is lost, and at the
 * time limit tells what was certainly not applied from what may have been. Every attempt at a write carries the same session and
 * sequence number, so it is applied once.
 *
 * <p>What arrives while the router works leaves together: the first operation of a batch makes it tell itself to flush, which
 * happens after all that was in the mailbox before.
 */
public final class Router extends AbstractMatchingBehavior<Router.Command> {
  public sealed interface Command {}

  /**
   * Executes a request and completes the promise, on this actor's thread. For this JVM alone, which is why the promise may travel
   * in it.
   *
   * @param stamp the caller's own session, for writes; else the router uses one of its own
   */
  public record Execute(KvRequest request, Optional<SessionStamp> stamp, CompletableFuture<KvReply> promise)
      implements Command {}

  /** Groups and replicas have changed, or so a node says; an older version than the one in use is ignored. */
  public record UseDirectory(DirectorySnapshot directory) implements Command {}

  /** Gives up all that waits and refuses what comes; {@code done} is completed then. */
  public record Close(CompletableFuture<Void> done) implements Command {}

  private record FromPeer(Replies replies) implements Command {}

  private enum Flush implements Command { INSTANCE }

  private enum Tick implements Command { INSTANCE }

  /** The grain of all time limits. */
  private static final Duration TICK = Duration.ofMillis(25);
  private static final int MAX_BACKOFF_TICKS = 3;

  private final TimerScheduler<Command> timers;
  private final KvSettings settings;
  private final Optional<PeerId> self;
  private final ReplicaResolver resolver;
  private final RandomGenerator random;
  private final ActorRef<Replies> replyTo;
  private final PendingOperations pending;
  private final long requestTicks;
  private final long attemptTicks;
  private final long silenceTicks;
  private final Map<String, GroupRoute> routes = new TreeMap<>();
  private final Map<Long, Attempt> attempts = new HashMap<>();
  private final Map<Long, Question> questions = new LinkedHashMap<>();
  private final Set<Operation> backingOff = new LinkedHashSet<>();
  private DirectorySnapshot directory = DirectorySnapshot.EMPTY;
  private long nextRequestId;
  private long tick;
  private boolean ticking;
  private boolean flushing;
  private boolean closed;

  private Router(ActorContext<Command> context, TimerScheduler<Command> timers, KvSettings settings, Optional<PeerId> self,
      ReplicaResolver resolver, RandomGenerator random) {
    super(context);
    this.timers = timers;
    this.settings = settings;
    this.self = self;
    this.resolver = resolver;
    this.random = random;
    this.replyTo = context.messageAdapter(Replies.class, FromPeer::new);
    this.pending = new PendingOperations(settings, new UUID(random.nextLong(), random.nextLong()));
    this.requestTicks = ticks(settings.requestTimeout());
    this.attemptTicks = ticks(settings.attemptTimeout());
    this.silenceTicks = ticks(settings.silenceTimeout());
  }

  /**
   * A router without a directory yet.
   *
   * @param self this node, whose replicas it prefers where any will do; empty outside of nodes
   * @param random gives the session its id, so seed it differently each time it starts
   */
  public static Behavior<Command> create(KvSettings settings, Optional<PeerId> self, ReplicaResolver resolver,
      RandomGenerator random) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers ->
        new Router(context, timers, settings, self, resolver, random)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Execute execute -> onExecute(execute);
      case FromPeer(Replies replies) -> replies.replies().forEach(this::onReply);
      case Flush _ -> onFlush();
      case Tick _ -> onTick();
      case UseDirectory(DirectorySnapshot latest) -> onDirectory(latest);
      case Close(var done) -> {
        onClose();
        done.complete(null);
      }
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      onClose();
    }
    return this;
  }

  private void onExecute(Execute execute) {
    KvRequest request = execute.request();
    Optional<KvReply> refusal =
        closed ? Optional.of(unavailable(Reason.NO_LEADER)) : pending.refusalOf(request, execute.stamp());
    if (refusal.isPresent()) {
      execute.promise().complete(refusal.get());
      return;
    }
    GroupRoute route = routes.computeIfAbsent(ShardMap.groupOf(request), _ -> newRoute());
    Optional<Operation> taken = pending.add(request, execute.stamp(), route, tick + requestTicks, execute.promise());
    taken.ifPresentOrElse(this::begin, () -> execute.promise().complete(unavailable(Reason.OVERLOADED)));
  }

  private void begin(Operation operation) {
    startTicking();
    if (operation.isWrite() || operation.route().windowOf(operation).enter(operation)) {
      dispatch(operation);
    }
  }

  private GroupRoute newRoute() {
    return new GroupRoute(self, newWindow(), newWindow(), silenceTicks);
  }

  private ReadWindow newWindow() {
    return new ReadWindow(settings.maxPendingAnswerBytes(), Math.max(settings.bounds().maxValueBytes(), KvLimits.MAX_PAGE_BYTES));
  }

  /** Sends it to whom it should go, or lets it wait until that is known. */
  private void dispatch(Operation operation) {
    GroupRoute route = operation.route();
    Optional<PeerId> target = operation.isStaleRead() ? route.anyReplica(tick) : route.leader();
    if (target.isPresent()) {
      send(operation, target.get());
    } else {
      route.waiting().add(operation);
    }
    flushSoon();
  }

  private void send(Operation operation, PeerId target) {
    GroupRoute route = operation.route();
    for (Attempt open : operation.openAttempts()) {
      if (open.target().equals(target) && tick - open.sentTick() < attemptTicks && !route.isDoubtful(open, tick)) {
        operation.waitFor(open); // It is there already: a slow replica is not helped by hearing everything twice.
        return;
      }
    }
    Attempt attempt = new Attempt(nextRequestId++, operation, target, tick);
    attempts.put(attempt.requestId(), attempt);
    operation.onSent(attempt);
    route.outbox(target).add(operation.request(attempt.requestId()), operation.sizeBytes());
  }

  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
  }

  private void onFlush() {
    flushing = false;
    for (GroupRoute route : routes.values()) {
      route.replicaToAsk(tick).ifPresent(target -> {
        route.suspectToAsk(tick).ifPresent(suspect -> ask(route, suspect));
        route.onAsking(ask(route, target));
      });
      route.flush();
    }
  }

  /** A question, and not one of the operations: a copy of a write at a replica that never answers would leave that write in doubt. */
  private Question ask(GroupRoute route, PeerId target) {
    Question question = new Question(nextRequestId++, route, target, tick);
    questions.put(question.requestId(), question);
    route.outbox(target).add(new Request.FindLeader(question.requestId()), 0);
    return question;
  }

  private void onReply(Reply reply) {
    Attempt attempt = attempts.remove(reply.requestId());
    Question question = questions.remove(reply.requestId());
    if (attempt != null) {
      onReply(attempt, reply);
    } else if (question != null) {
      onAnswer(question, reply);
    } // Else its operation was settled by another attempt, or it was given up.
  }

  private void onAnswer(Question question, Reply reply) {
    GroupRoute route = question.route();
    PeerId target = question.target();
    route.onAsked(question, tick + backoffTicks());
    flushSoon();
    if (reply instanceof Reply.Leads && route.hasReplica(target) && route.isSuspect(target, tick)) {
      // Silent until now, it may have lost all that it was sent. One operation tells, and ends the suspicion.
      route.waiting().stream().findFirst().ifPresent(operation -> send(operation, target));
      return;
    }
    route.onHeard(target, tick);
    if (reply instanceof Reply.Leads) {
      onLeads(route, target);
    } else if (reply instanceof Reply.NotLeader(long _, Optional<PeerId> leaderId)) {
      route.onNotLeader(target, leaderId, tick);
    }
  }

  private void onReply(Attempt attempt, Reply reply) {
    Operation operation = attempt.operation();
    GroupRoute route = operation.route();
    if (reply instanceof Reply.Applied) {
      route.onApplied(attempt);
    }
    route.onHeard(attempt.target(), tick);
    switch (reply) {
      case Reply.Applied(long _, long _, byte[] result) -> onServed(attempt, result);
      case Reply.Answered(long _, byte[] result, long _) -> onServed(attempt, result);
      case Reply.NotLeader(long _, Optional<PeerId> leaderId) -> onNotLeader(attempt, leaderId);
      case Reply.OutcomeUnknown _ -> {
        route.onNotLeader(attempt.target(), Optional.empty(), tick);
        dispatchIf(operation.onOutcomeUnknown(attempt), operation);
      }
      case Reply.Overloaded(long _, boolean full) ->
        onOverloaded(operation, operation.onRefused(attempt), full ? Reason.STORE_FULL : Reason.OVERLOADED);
      case Reply.TooLarge(long _, long maxBytes) -> {
        operation.onRefused(attempt);
        complete(operation, operation.isSurelyNotApplied() ? new TooLarge(operation.sizeBytes(), maxBytes) : new OutcomeUnknown());
      }
      case Reply.Leads _ -> { } // The answer to questions alone.
    }
  }

  private void onNotLeader(Attempt attempt, Optional<PeerId> leaderId) {
    Operation operation = attempt.operation();
    boolean wasCurrent = operation.onRefused(attempt);
    if (!operation.isStaleRead()) {
      operation.route().onNotLeader(attempt.target(), leaderId, tick);
      dispatchIf(wasCurrent, operation);
    } else if (wasCurrent) {
      backingOff.add(operation); // The replica starts or stops, and says nothing of who leads.
    }
  }

  private void onServed(Attempt attempt, byte[] result) {
    Operation operation = attempt.operation();
    if (!operation.isWrite()) {
      operation.route().windowOf(operation).onAnswer(result.length);
    }
    complete(operation, decoded(operation, result));
    if (!operation.isStaleRead()) {
      onLeads(operation.route(), attempt.target());
    }
  }

  private KvReply decoded(Operation operation, byte[] result) {
    try {
      return pending.decode(operation, result);
    } catch (MalformedException e) {
      getContext().getLog().error("A replica's answer cannot be read, is it of another version? {}", e.getMessage());
      return operation.isWrite() ? new OutcomeUnknown() : unavailable(Reason.TIMED_OUT);
    }
  }

  /** The write was refused; but what an earlier attempt did is known only when an answer says so. */
  private void onOverloaded(Operation operation, boolean wasCurrent, Reason reason) {
    if (operation.isSurelyNotApplied()) {
      complete(operation, unavailable(reason));
    } else if (wasCurrent) {
      backingOff.add(operation);
    }
  }

  private void dispatchIf(boolean wasCurrent, Operation operation) {
    if (wasCurrent) {
      dispatch(operation);
    }
  }

  /** If that tells who leads, all that waits goes there, and all that is with another replica too. */
  private void onLeads(GroupRoute route, PeerId peer) {
    boolean known = route.leader().isPresent();
    route.onLeads(peer);
    if (known || route.leader().isEmpty()) {
      return;
    }
    List<Operation> toSend = route.takeWaiting();
    for (Operation operation : pending.all()) {
      if (operation.route() == route && !operation.isStaleRead()
          && operation.current().filter(attempt -> !attempt.target().equals(peer)).isPresent()) {
        toSend.add(operation);
      }
    }
    toSend.forEach(this::dispatch);
  }

  private void onTick() {
    tick++;
    if (pending.isEmpty()) {
      timers.cancel(Tick.INSTANCE);
      ticking = false;
      questions.clear();
      routes.values().forEach(GroupRoute::onPause);
      return;
    }
    routes.values().forEach(GroupRoute::onTick);
    pending.all().stream().filter(operation -> operation.deadlineTick() <= tick).toList().forEach(this::onTimeLimit);
    pending.all().forEach(operation -> operation.current().ifPresent(this::maybeSuspect));
    questions.values().forEach(this::maybeSuspect);
    questions.values().stream().filter(this::isOverdue).forEach(question -> question.route().onAsked(question, tick));
    questions.values().removeIf(question -> tick - question.sentTick() >= attemptTicks);
    List<Operation> toSend = new ArrayList<>(backingOff);
    backingOff.clear();
    pending.all().stream().filter(operation -> operation.current().filter(this::isOverdue).isPresent()).forEach(toSend::add);
    toSend.forEach(this::sendAgain);
    flushSoon(); // For the questions whose time has come.
  }

  /** Notes a replica that owes answers and says nothing at all. */
  private void maybeSuspect(Sent sent) {
    if (tick - Math.max(sent.route().heardTick(sent.target()), sent.sentTick()) >= silenceTicks) {
      sent.route().onSilent(sent.target(), tick);
    }
  }

  private boolean isOverdue(Sent sent) {
    return sent.route().isSuspect(sent.target(), tick) || tick - sent.sentTick() >= attemptTicks;
  }

  private void sendAgain(Operation operation) {
    operation.giveUpCurrent();
    dispatch(operation);
  }

  private void onTimeLimit(Operation operation) {
    Reason reason = operation.route().leader().isPresent() ? Reason.TIMED_OUT : Reason.NO_LEADER;
    complete(operation, operation.isSurelyNotApplied() ? unavailable(reason) : new OutcomeUnknown());
  }

  private void onDirectory(DirectorySnapshot latest) {
    if (latest.version() < directory.version()) {
      return;
    }
    if (!latest.equals(directory)) {
      directory = latest;
      latest.members().forEach((groupId, members) ->
          routes.computeIfAbsent(groupId, _ -> newRoute()).onReplicas(outboxes(groupId, members)));
      for (Operation operation : List.copyOf(pending.all())) {
        boolean isLost = operation.current().filter(attempt -> !operation.route().hasReplica(attempt.target())).isPresent();
        if (isLost || (operation.isStaleRead() && operation.route().waiting().remove(operation))) {
          sendAgain(operation);
        }
      }
      flushSoon();
    }
  }

  private NavigableMap<PeerId, Outbox> outboxes(String groupId, SortedSet<PeerId> members) {
    NavigableMap<PeerId, Outbox> outboxes = new TreeMap<>();
    for (PeerId member : members) {
      String address = directory.addresses().get(member);
      if (address != null) {
        outboxes.put(member, new Outbox(resolver, address, groupId, replyTo));
      }
    }
    return outboxes;
  }

  private void onClose() {
    closed = true;
    List.copyOf(pending.all()).forEach(this::onTimeLimit);
  }

  private void complete(Operation operation, KvReply reply) {
    pending.remove(operation);
    backingOff.remove(operation);
    operation.route().waiting().remove(operation);
    operation.openAttempts().forEach(attempt -> attempts.remove(attempt.requestId()));
    operation.promise().complete(reply);
    if (!operation.isWrite()) {
      operation.route().windowOf(operation).leave(operation).forEach(this::dispatch);
    }
  }

  private void startTicking() {
    if (!ticking) {
      ticking = true;
      timers.startTimerAtFixedRate(Tick.INSTANCE, TICK);
    }
  }

  private int backoffTicks() {
    return 1 + random.nextInt(MAX_BACKOFF_TICKS);
  }

  private static long ticks(Duration duration) {
    return Math.max(1, duration.toMillis() / TICK.toMillis());
  }
}
