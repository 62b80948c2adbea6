package io.flotilla.kv.router;

import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.Invalid;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Batch;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.KeyWrite;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.KvRequest.Read;
import java.util.Optional;

/** Finds what no group would ever apply, so that it is refused where it comes in and costs no group anything. */
final class RequestCheck {
  private RequestCheck() {}

  /**
   * Why this request is refused, if it is.
   *
   * @param maxValueBytes of a value, and of all values of a batch together
   */
  static Optional<KvReply> refusalOf(KvRequest request, long maxValueBytes) {
    return switch (request) {
      case KeyWrite write -> tooLarge(valueBytes(write), maxValueBytes);
      case Batch batch -> refusalOf(batch, maxValueBytes);
      case Read _ -> Optional.empty();
    };
  }

  private static Optional<KvReply> refusalOf(Batch batch, long maxValueBytes) {
    int count = batch.writes().size();
    if (count < 1 || count > KvLimits.MAX_BATCH_WRITES) {
      return Optional.of(new Invalid("a batch has 1 to %d writes, this one %d".formatted(KvLimits.MAX_BATCH_WRITES, count)));
    }
    return tooLarge(batch.writes().stream().mapToLong(RequestCheck::valueBytes).sum(), maxValueBytes);
  }

  private static long valueBytes(KeyWrite write) {
    return switch (write) {
      case Put put -> put.value().length;
      case Append append -> append.suffix().length;
      case Delete _ -> 0;
    };
  }

  private static Optional<KvReply> tooLarge(long bytes, long maxBytes) {
    return bytes > maxBytes ? Optional.of(new TooLarge(bytes, maxBytes)) : Optional.empty();
  }
}
