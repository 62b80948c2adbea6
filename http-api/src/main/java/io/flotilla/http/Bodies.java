package io.flotilla.http;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

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
    if (request.entity() instanceof HttpEntity.Strict strict) {
      ByteString data = strict.getData();
      checkSize(what, data.size(), maxBytes);
      take(data.size());
      return givingBack(data.size(), use.apply(data.toArrayUnsafe()));
    }
    return readStream(request, what, maxBytes, use);
  }

  private CompletionStage<HttpResponse> readStream(HttpRequest request, String what, long maxBytes,
      Function<byte[], CompletionStage<HttpResponse>> use) {
    OptionalLong declared = request.entity().getContentLengthOption();
    declared.ifPresent(bytes -> checkSize(what, bytes, maxBytes));
    // A chunked body does not say how long it is going to be: the worst is assumed, so that it cannot run dry midway.
    long reserved = declared.orElse(maxBytes);
    take(reserved);
    BodyCollector collector = new BodyCollector(what, (int) declared.orElse(-1), maxBytes, settings);
    return givingBack(reserved, collector.collect(request.entity(), materializer).thenCompose(use));
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

  private void take(long bytes) {
    if (!budget.tryTake(bytes)) {
      throw Problem.unavailable("overloaded: %d bytes of requests are under way, with the %d of this one more than %d"
          .formatted(budget.takenBytes(), bytes, budget.maxBytes()), 1).refused();
    }
  }

  private CompletionStage<HttpResponse> givingBack(long bytes, CompletionStage<HttpResponse> answer) {
    return answer.whenComplete((_, _) -> budget.giveBack(bytes));
  }
}
