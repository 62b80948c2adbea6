package io.flotilla.simulation.kernel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.RecoveryCompleted;

/**
 * Touches all that an actor system makes when it is first needed, so that the first run finds what every later one does: the journal
 * and snapshot plugins, and each dispatcher, which shuts down and starts again when the last of its actors goes, unless one stays.
 */
final class WarmUp {
  private static final List<String> DISPATCHERS = List.of("pekko.actor.default-dispatcher", "pekko.actor.internal-dispatcher",
      "pekko.actor.default-blocking-io-dispatcher", "pekko.persistence.dispatchers.default-plugin-dispatcher",
      "pekko.persistence.dispatchers.default-replay-dispatcher", "pekko.persistence.dispatchers.default-stream-dispatcher",
      "flotilla.raft.dispatcher");

  private WarmUp() {}

  static CompletionStage<Void> start(ActorSystem system) {
    for (String dispatcher : DISPATCHERS) {
      ActorRef _ = system.actorOf(Props.create(Idle.class, Idle::new).withDispatcher(dispatcher), "keeps-" + dispatcher);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    ActorRef _ = system.actorOf(Props.create(Once.class, () -> new Once(done)), "warm-up");
    return done;
  }

  private static final class Idle extends AbstractActor {
    @Override
    public Receive createReceive() {
      return emptyBehavior();
    }
  }

  /** Recovers, and is gone. */
  private static final class Once extends AbstractPersistentActor {
    private final CompletableFuture<Void> done;

    Once(CompletableFuture<Void> done) {
      this.done = done;
    }

    @Override
    public String persistenceId() {
      return "warm-up";
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder().match(RecoveryCompleted.class, _ -> getContext().stop(getSelf())).build();
    }

    @Override
    public Receive createReceive() {
      return emptyBehavior();
    }

    @Override
    public void postStop() {
      done.complete(null);
    }
  }
}
