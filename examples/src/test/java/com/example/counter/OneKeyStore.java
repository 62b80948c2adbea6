package com.example.counter;

import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One key of the store, for the reads and conditional puts of one client; its next answers can be told to be others. */
final class OneKeyStore implements KvClient {
  private final Map<SessionStamp, KvReply> answered = new HashMap<>();
  private Optional<String> value = Optional.empty();
  private long version;
  private int writes;
  private Optional<KvReply> instead = Optional.empty();
  private Optional<KvReply> afterApplying = Optional.empty();
  private Optional<KvReply> insteadOfReading = Optional.empty();
  private Optional<String> othersBeforeWrite = Optional.empty();

  /** What the key holds. */
  Optional<String> value() {
    return value;
  }

  /** How many writes have come, repeats among them. */
  int writes() {
    return writes;
  }

  /** The next write is not applied, and answered so. */
  void answerInstead(KvReply reply) {
    instead = Optional.of(reply);
  }

  /** The next write is applied, and answered so. */
  void answerAfterApplying(KvReply reply) {
    afterApplying = Optional.of(reply);
  }

  /** The next read is answered so. */
  void answerReadWith(KvReply reply) {
    insteadOfReading = Optional.of(reply);
  }

  /** Somebody else writes this after the next read. */
  void beforeNextWrite(String others) {
    othersBeforeWrite = Optional.of(others);
  }

  /** Somebody writes this now. */
  void set(String text) {
    value = Optional.of(text);
    version++;
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest request) {
    if (!(request instanceof KvRequest.Get)) {
      throw new AssertionError("a write without a stamp: " + request);
    }
    KvReply reply = insteadOfReading.orElseGet(() -> value
        .<KvReply>map(text -> new KvReply.Found(text.getBytes(StandardCharsets.UTF_8), version, version)).orElseGet(KvReply.NotFound::new));
    insteadOfReading = Optional.empty();
    return CompletableFuture.completedFuture(reply);
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
    writes++;
    othersBeforeWrite.ifPresent(this::set);
    othersBeforeWrite = Optional.empty();
    if (instead.isPresent()) {
      KvReply reply = instead.get();
      instead = Optional.empty();
      return CompletableFuture.completedFuture(reply);
    }
    KvReply applied = answered.computeIfAbsent(stamp, _ -> apply((KvRequest.Put) write));
    KvReply reply = afterApplying.orElse(applied);
    afterApplying = Optional.empty();
    return CompletableFuture.completedFuture(reply);
  }

  private KvReply apply(KvRequest.Put put) {
    if (!(put.condition() instanceof KvRequest.Condition.VersionIs(long expected)) || expected != version) {
      return new KvReply.ConditionFailed(version, version, 0);
    }
    set(new String(put.value(), StandardCharsets.UTF_8));
    return new KvReply.Written(version, version, put.value().length);
  }

  @Override
  public void close() {}
}
