package io.flotilla.kv;

import java.util.concurrent.CompletionStage;

/**
 * The key-value store, from inside a node or from another JVM. Finds leaders and follows them, retries what is safe to retry, and
 * tells "not applied" from "unknown". Thread-safe. The stages complete exceptionally only on bugs or after {@link #close}.
 */
public interface KvClient extends AutoCloseable {
  /** Executes one request; writes are stamped with a session of this client's own, so each is applied at most once. */
  CompletionStage<KvReply> execute(KvRequest request);

  /**
   * Executes a write under the caller's own session: a repeat of the same stamp gives the first answer. A session has one write
   * under way at a time; a new sequence number tells that the answers to all before it have arrived.
   */
  CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp);

  default CompletionStage<KvReply> get(String key) {
    return execute(new KvRequest.Get(Key.of(key), KvRequest.Consistency.LINEARIZABLE));
  }

  default CompletionStage<KvReply> put(String key, byte[] value) {
    return execute(new KvRequest.Put(Key.of(key), value, KvRequest.Condition.ALWAYS));
  }

  default CompletionStage<KvReply> append(String key, byte[] suffix) {
    return execute(new KvRequest.Append(Key.of(key), suffix, KvRequest.Condition.ALWAYS));
  }

  default CompletionStage<KvReply> delete(String key) {
    return execute(new KvRequest.Delete(Key.of(key), KvRequest.Condition.ALWAYS));
  }

  /** Gives up what waits (as unknown or unavailable) and frees the client's resources; waits until that is done, once. */
  @Override
  void close();
}
