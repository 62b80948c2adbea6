package io.flotilla.mapreduce.child;

import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The store as a child sees it: its node asks for it, since a child is no part of the cluster. */
final class StoreOfNode implements KvClient {
  private final Consumer<ChildMessage.AskStore> node;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<KvReply>> waiting = new ConcurrentHashMap<>();

  StoreOfNode(Consumer<ChildMessage.AskStore> node) {
    this.node = node;
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest request) {
    long number = numbers.incrementAndGet();
    CompletableFuture<KvReply> reply = new CompletableFuture<>();
    waiting.put(number, reply);
    node.accept(new ChildMessage.AskStore(number, request));
    return reply;
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
    return execute(write); // the node has a session of its own, and asks once
  }

  void onReply(ChildMessage.StoreSays says) {
    CompletableFuture<KvReply> reply = waiting.remove(says.number());
    if (reply != null) {
      reply.complete(says.reply());
    }
  }

  @Override
  public void close() {
    waiting.clear();
  }
}
