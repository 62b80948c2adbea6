package io.flotilla.http;

import io.flotilla.kv.KvReply;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Answers to reads. One that carries much counts against the budget until its client has taken it, and leaves in pieces, as the
 * client takes them: a client that reads slowly, or not at all, then holds what was granted to it and no more.
 */
final class LargeAnswers {
  /** Up to here the number of connections bounds them well enough. */
  private static final int SMALL_BYTES = 16 * 1024;

  private static final int PIECE_BYTES = 64 * 1024;

  private final ByteBudget budget;

  LargeAnswers(ByteBudget budget) {
    this.budget = budget;
  }

  /** The response to a read; refused as unavailable where there is no room for it. */
  HttpResponse of(KvReply reply) {
    long bytes = bytes(reply);
    if (bytes <= SMALL_BYTES) {
      return Answers.of(reply);
    }
    ByteBudget.Share share = budget.take(bytes);
    try {
      return inPieces(Answers.of(reply), share);
    } catch (RuntimeException e) {
      share.giveBack();
      throw e;
    }
  }

  /** What a reply costs in memory: a page of a scan is there as values and as JSON, in base64 a third longer. */
  private static long bytes(KvReply reply) {
    return switch (reply) {
      case KvReply.Found found -> found.value().length;
      case KvReply.Scanned scanned -> {
        long bytes = 0;
        for (KvReply.Item item : scanned.items()) {
          bytes += item.key().utf8().length + item.value().length;
        }
        yield bytes * 7 / 3;
      }
      default -> 0;
    };
  }

  private static HttpResponse inPieces(HttpResponse response, ByteBudget.Share share) {
    HttpEntity.Strict whole = (HttpEntity.Strict) response.entity();
    ByteString bytes = whole.getData();
    int pieces = Math.ceilDiv(bytes.size(), PIECE_BYTES);
    Source<ByteString, NotUsed> source = Source.range(0, pieces - 1)
        .map(piece -> bytes.slice(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES))
        .watchTermination((notUsed, end) -> {
          end.whenComplete((_, _) -> share.giveBack());
          return notUsed;
        });
    return response.withEntity(HttpEntities.create(whole.getContentType(), bytes.size(), source));
  }
}
