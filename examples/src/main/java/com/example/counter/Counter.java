package com.example.counter;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.router.KvClients;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * A number in the store that many processes raise at once. Each call counts once: a write that did not say what became of it is
 * repeated under its stamp, and one that came too late, because somebody else has counted, is made anew.
 */
public final class Counter {
  /** What the store holds; version 0: nothing. */
  private record Count(long value, long version) {}

  private final KvClient client;
  private final Key key;
  private final UUID session = UUID.randomUUID();
  private long sequence;

  /** The number under that key; without one it is 0. */
  public Counter(KvClient client, String key) {
    this.client = client;
    this.key = Key.of(key);
  }

  /**
   * Adds one; waits for as long as the store cannot be reached. One at a time, as a session has one write under way at a time.
   *
   * @return what it is then
   * @throws IllegalStateException under the key is something other than a number
   */
  public synchronized long increment() throws InterruptedException {
    while (true) {
      Count now = read();
      KvReply reply = untilKnown(new KvRequest.Put(key, Long.toString(now.value + 1).getBytes(StandardCharsets.UTF_8),
          new KvRequest.Condition.VersionIs(now.version)));
      switch (reply) {
        case KvReply.Written _ -> {
          return now.value + 1;
        }
        case KvReply.ConditionFailed _ -> { } // somebody else has counted
        default -> throw new IllegalStateException("%s: %s".formatted(key, reply));
      }
    }
  }

  private Count read() throws InterruptedException {
    while (true) {
      switch (client.get(key.toString()).toCompletableFuture().join()) {
        case KvReply.NotFound _ -> {
          return new Count(0, 0);
        }
        case KvReply.Found(byte[] value, long version, long _) -> {
          return new Count(number(new String(value, StandardCharsets.UTF_8)), version);
        }
        case KvReply.Unavailable unavailable -> Thread.sleep(unavailable.retryAfter());
        case KvReply reply -> throw new IllegalStateException("%s: %s".formatted(key, reply));
      }
    }
  }

  private long number(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalStateException("%s holds '%s', which is no number".formatted(key, text));
    }
    return Long.parseLong(text);
  }

  /** Applied once, however often it is sent: all repeats bear one stamp. */
  private KvReply untilKnown(KvRequest.Write write) throws InterruptedException {
    SessionStamp stamp = new SessionStamp(session, sequence++);
    while (true) {
      switch (client.execute(write, stamp).toCompletableFuture().join()) {
        case KvReply.OutcomeUnknown _ -> { }
        case KvReply.Unavailable unavailable -> Thread.sleep(unavailable.retryAfter());
        case KvReply reply -> {
          return reply;
        }
      }
    }
  }

  /** Counts once: {@code Counter HOST:PORT[,HOST:PORT...] KEY}, with addresses of any of the nodes' actor systems. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: Counter HOST:PORT[,HOST:PORT...] KEY");
    }
    try (KvClient client = KvClients.connect(List.of(arguments[0].split(",")), ConfigFactory.load())) {
      System.out.println(new Counter(client, arguments[1]).increment());
    }
  }
}
