package io.flotilla.kv.router;

import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;

/** A client with an actor system of its own, which passes on to its router what it is told, in order. */
final class ConnectedClient implements KvClient {
  private static final long CLOSE_SECONDS = 10;

  private final ActorSystem<Router.Command> system;
  private final KvClient router;
  private volatile boolean closed;

  ConnectedClient(ActorSystem<Router.Command> system) {
    this.system = system;
    router = new RouterClient(system);
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest request) {
    return unlessClosed(() -> router.execute(request));
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
    return unlessClosed(() -> router.execute(write, stamp));
  }

  /** Looks again afterwards: a system that has ended since answers nothing. */
  private CompletionStage<KvReply> unlessClosed(Supplier<CompletionStage<KvReply>> request) {
    CompletionStage<KvReply> reply = closed ? new CompletableFuture<>() : request.get();
    return closed ? CompletableFuture.failedFuture(new IllegalStateException("the client is closed")) : reply;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    CompletableFuture<Void> givenUp = new CompletableFuture<>();
    system.tell(new Router.Close(givenUp));
    CompletionStage<?> ended = system.getWhenTerminated();
    try {
      // Only then, since a system that ends forgets what its actors have not taken in yet.
      CompletableFuture.anyOf(givenUp, ended.toCompletableFuture()).orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS).join();
      system.terminate();
      ended.toCompletableFuture().orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      system.log().warn("The client's actor system has not ended within {} s", CLOSE_SECONDS, e);
      system.terminate();
    }
  }
}
