package io.flotilla.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/** Drops one streamed body as it comes, without cancelling it: see {@link BodyCollector}. */
final class BodyDiscarder {
  private final HttpSettings settings;
  private final CompletableFuture<Void> enough = new CompletableFuture<>();
  private long receivedBytes;

  BodyDiscarder(HttpSettings settings) {
    this.settings = settings;
  }

  /** Done when the body ends or pauses, or when much of it has come; never exceptionally. */
  CompletionStage<Void> discard(HttpEntity entity, Materializer materializer) {
    entity.getDataBytes()
        .keepAlive(settings.discardPause(), ByteString::emptyByteString)
        .runForeach(this::onBytes, materializer)
        .whenComplete((_, _) -> enough.complete(null));
    return enough.completeOnTimeout(null, settings.bodyTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void onBytes(ByteString bytes) {
    receivedBytes += bytes.size();
    if (bytes.isEmpty() || receivedBytes > settings.maxDiscardedBytes()) {
      enough.complete(null);
    }
  }
}
