package io.flotilla.http;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;

/** Reads request bodies within bounds: of size, of memory under way, and of time. */
final class Bodies {
  private final HttpSettings settings;
  private final ByteBudget budget;
  private final Materializer materializer;

  Bodies(HttpSettings settings, ByteBudget budget, Materializer materializer) {
    this.settings = settings;
    this.budget = budget;
    this.materializer = materializer;
  }

  /**
   * Answers with what {@code use} makes of the body; its bytes count against the budget until then.
   *
   * @param what names the body, for the refusal
   */
  CompletionStage<HttpResponse> read(HttpRequest request, String what, long maxBytes,
      Function<byte[], CompletionStage<HttpResponse>> use) {
    HttpEntity entity = request.entity();
    OptionalLong declaredBytes = entity.getContentLengthOption();
    declaredBytes.ifPresent(bytes -> checkSize(what, bytes, maxBytes));
    ByteBudget.Share share = budget.take(declaredBytes.orElse(0));
    try {
      CompletionStage<HttpResponse> answer = entity instanceof HttpEntity.Strict strict
          // A copy: the library's bytes are a slice of what was read from the socket, headers included, and would keep it alive.
          ? use.apply(strict.getData().toArray())
          : new BodyCollector(what, declaredBytes, maxBytes, share, settings).collect(entity, materializer).thenCompose(use);
      return answer.whenComplete((_, _) -> share.giveBack());
    } catch (RuntimeException e) {
      share.giveBack();
      throw e;
    }
  }

  /**
   * Done once the client is likely to listen to a refusal: most read an answer only when they have sent their whole body, and an
   * answer before that closes the connection, which can destroy the answer on its way (RFC 9112 §9.6). What arrives is dropped.
   */
  CompletionStage<Void> discard(HttpRequest request) {
    HttpEntity entity = request.entity();
    OptionalLong declared = entity.getContentLengthOption();
    boolean tooMuch = declared.isPresent() && declared.getAsLong() > settings.maxDiscardedBytes();
    // Reading would send 100 Continue: the client waits for leave to send what nobody wants.
    if (entity.isStrict() || tooMuch || request.getHeader("Expect").isPresent()) {
      return CompletableFuture.completedFuture(null);
    }
    return new BodyDiscarder(settings).discard(entity, materializer);
  }

  private static void checkSize(String what, long bytes, long maxBytes) {
    if (bytes > maxBytes) {
      throw Problem.of(Problem.Kind.TOO_LARGE, "%s: %d bytes, allowed are at most %d".formatted(what, bytes, maxBytes)).refused();
    }
  }
}
