package io.flotilla.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/**
 * Takes in one streamed body. Collecting -> Discarding: it turns out larger than allowed, or than there is memory for. A body is
 * never cancelled: the library answers that by cutting the connection without a response, so the rest is dropped as it comes.
 * What a field holds is touched by the stream's thread alone.
 */
final class BodyCollector {
  private static final int FIRST_CAPACITY_BYTES = 4096;

  private final String what;
  private final long maxBytes;
  private final ByteBudget.Share share;
  private final HttpSettings settings;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private ByteBuffer collected;
  private long receivedBytes;
  /** Why the rest is dropped; {@code null} while collecting. */
  private RefusedException refusal;

  /**
   * A collector of one body.
   *
   * @param what names the body, for the refusal
   * @param declaredBytes its length if known: then {@code share} has it already, else it grows with the body
   */
  BodyCollector(String what, OptionalLong declaredBytes, long maxBytes, ByteBudget.Share share, HttpSettings settings) {
    this.what = what;
    this.maxBytes = maxBytes;
    this.share = share;
    this.settings = settings;
    this.collected = ByteBuffer.allocate((int) declaredBytes.orElse(0));
  }

  /** The whole body; completes with a {@link RefusedException} if it is too large, too slow or cut short. */
  CompletionStage<byte[]> collect(HttpEntity entity, Materializer materializer) {
    entity.getDataBytes()
        .keepAlive(settings.discardPause(), ByteString::emptyByteString)
        .runForeach(this::onBytes, materializer)
        .whenComplete((_, failure) -> onEnd(failure));
    return body.orTimeout(settings.bodyTimeout().toMillis(), TimeUnit.MILLISECONDS).exceptionallyCompose(this::refused);
  }

  private void onBytes(ByteString bytes) {
    receivedBytes += bytes.size();
    if (refusal == null) {
      append(bytes);
    }
    boolean pause = bytes.isEmpty();
    if (refusal != null && (pause || receivedBytes > settings.maxDiscardedBytes())) {
      body.completeExceptionally(refusal);
    }
  }

  private void append(ByteString bytes) {
    try {
      if (receivedBytes > maxBytes) {
        throw Problem.of(Problem.Kind.TOO_LARGE, "%s: %d bytes so far, allowed are at most %d"
            .formatted(what, receivedBytes, maxBytes)).refused();
      }
      if (collected.remaining() < bytes.size()) {
        grow();
      }
      bytes.copyToBuffer(collected);
    } catch (RefusedException e) {
      refusal = e;
      collected = null;
    }
  }

  private void grow() {
    long doubled = Math.max(FIRST_CAPACITY_BYTES, 2L * collected.capacity());
    int capacity = (int) Math.min(maxBytes, Math.max(receivedBytes, doubled));
    share.grow(capacity - collected.capacity());
    collected = ByteBuffer.allocate(capacity).put(collected.flip());
  }

  private void onEnd(Throwable failure) {
    if (failure != null) {
      body.completeExceptionally(failure);
    } else if (refusal != null) {
      body.completeExceptionally(refusal);
    } else {
      body.complete(collected.hasRemaining() ? Arrays.copyOf(collected.array(), collected.position()) : collected.array());
    }
  }

  private CompletionStage<byte[]> refused(Throwable failure) {
    return CompletableFuture.failedFuture(switch (failure) {
      case RefusedException refused -> refused;
      case TimeoutException _ -> Problem.of(Problem.Kind.REQUEST_TIMEOUT, "%s: not complete after %d ms, which is what is allowed"
          .formatted(what, settings.bodyTimeout().toMillis())).refused();
      default -> Problem.badRequest("%s: cut short, allowed is a complete one (%s)".formatted(what, failure.getMessage())).refused();
    });
  }
}
