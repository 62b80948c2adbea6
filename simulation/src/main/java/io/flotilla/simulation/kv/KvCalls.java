package io.flotilla.simulation.kv;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import java.nio.charset.StandardCharsets;

/** From what the linearizability checker speaks of to what the key-value service speaks of, and back. */
public final class KvCalls {
  private KvCalls() {}

  /** What to ask the service; reads are linearizable. */
  public static KvRequest request(String key, Call call) {
    return request(key, call, KvRequest.Consistency.LINEARIZABLE);
  }

  /** What to ask the service; {@code consistency} is for reads. */
  public static KvRequest request(String key, Call call, KvRequest.Consistency consistency) {
    Key of = Key.of(key);
    return switch (call) {
      case Call.Put put -> new KvRequest.Put(of, utf8(put.value()), KvRequest.Condition.ALWAYS);
      case Call.Get _ -> new KvRequest.Get(of, consistency);
      case Call.Append append -> new KvRequest.Append(of, utf8(append.suffix()), KvRequest.Condition.ALWAYS);
      case Call.Delete _ -> new KvRequest.Delete(of, KvRequest.Condition.ALWAYS);
      case Call.Cas cas -> new KvRequest.Put(of, utf8(cas.value()), new KvRequest.Condition.VersionIs(cas.version()));
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What the reply tells.
   *
   * @throws IllegalArgumentException it is none to such a call
   */
  public static Outcome outcome(KvReply reply) {
    return switch (reply) {
      case KvReply.Written written -> new Outcome.Written(written.version());
      case KvReply.Deleted deleted -> new Outcome.Deleted(deleted.deleted());
      case KvReply.Found found -> new Outcome.Found(new String(found.value(), StandardCharsets.UTF_8), found.version());
      case KvReply.NotFound _ -> new Outcome.Absent();
      case KvReply.ConditionFailed failed -> new Outcome.VersionDiffers(failed.version());
      case KvReply.Unavailable _ -> new Outcome.NotApplied();
      case KvReply.OutcomeUnknown _ -> new Outcome.Unknown();
      case KvReply.Invalid _, KvReply.TooLarge _, KvReply.SequenceSuperseded _, KvReply.BatchApplied _, KvReply.Scanned _ ->
          throw new IllegalArgumentException("no answer to what was asked: " + reply);
    };
  }
}
