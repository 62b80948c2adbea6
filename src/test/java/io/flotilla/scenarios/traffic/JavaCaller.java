package io.flotilla.scenarios.traffic;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.router.KvClients;
import io.flotilla.scenarios.linearizability.Call;
import io.flotilla.scenarios.linearizability.LinearizabilityChecker;
import io.flotilla.scenarios.linearizability.Operation;
import io.flotilla.scenarios.linearizability.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One caller of the Java client, from this virtual machine, which is none of the cluster's. */
public final class JavaCaller implements AutoCloseable {
  private final KvClient client;
  private final List<Operation> seen = new ArrayList<>();

  /** Begins with those nodes, given as host and port of their actor systems. */
  public JavaCaller(List<String> contacts) {
    client = KvClients.connect(contacts, ConfigFactory.load());
  }

  /** Makes one call, waits for its outcome and remembers it. */
  public Outcome call(String key, Call call) {
    long invoked = System.nanoTime();
    Outcome outcome = outcome(client.execute(request(Key.of(key), call)).toCompletableFuture().join());
    seen.add(new Operation(0, key, call, outcome, invoked, System.nanoTime()));
    return outcome;
  }

  /** Checks all that was seen. */
  public void verify() {
    LinearizabilityChecker.check(seen).ifPresent(violation -> {
      throw new AssertionError(violation.toString());
    });
  }

  private static KvRequest request(Key key, Call call) {
    return switch (call) {
      case Call.Put put -> new KvRequest.Put(key, utf8(put.value()), KvRequest.Condition.ALWAYS);
      case Call.Get _ -> new KvRequest.Get(key, KvRequest.Consistency.LINEARIZABLE);
      case Call.Append append -> new KvRequest.Append(key, utf8(append.suffix()), KvRequest.Condition.ALWAYS);
      case Call.Delete _ -> new KvRequest.Delete(key, KvRequest.Condition.ALWAYS);
      case Call.Cas cas -> new KvRequest.Put(key, utf8(cas.value()), new KvRequest.Condition.VersionIs(cas.version()));
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Outcome outcome(KvReply reply) {
    return switch (reply) {
      case KvReply.Written written -> new Outcome.Written(written.version());
      case KvReply.Deleted deleted -> new Outcome.Deleted(deleted.deleted());
      case KvReply.Found found -> new Outcome.Found(new String(found.value(), StandardCharsets.UTF_8), found.version());
      case KvReply.NotFound _ -> new Outcome.Absent();
      case KvReply.ConditionFailed failed -> new Outcome.VersionDiffers(failed.version());
      case KvReply.Unavailable _ -> new Outcome.NotApplied();
      case KvReply.OutcomeUnknown _ -> new Outcome.Unknown();
      case KvReply.Invalid _, KvReply.TooLarge _, KvReply.SequenceSuperseded _, KvReply.BatchApplied _, KvReply.Scanned _ ->
          throw new AssertionError("no answer to what was asked: " + reply);
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
