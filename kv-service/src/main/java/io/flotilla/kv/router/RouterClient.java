package io.flotilla.kv.router;

import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/** A client that is one hop from its router: stages complete on the router's thread, so what hangs on them must not block. */
final class RouterClient implements KvClient {
  private final ActorRef<Router.Command> router;

  RouterClient(ActorRef<Router.Command> router) {
    this.router = router;
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest request) {
    return execute(request, Optional.empty());
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
    return execute(write, Optional.of(stamp));
  }

  private CompletionStage<KvReply> execute(KvRequest request, Optional<SessionStamp> stamp) {
    CompletableFuture<KvReply> promise = new CompletableFuture<>();
    router.tell(new Router.Execute(request, stamp, promise));
    return promise;
  }

  /** The router is everyone's, and stops with its node. */
  @Override
  public void close() {}
}
