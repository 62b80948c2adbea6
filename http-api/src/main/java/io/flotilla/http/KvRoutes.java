package io.flotilla.http;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.SessionStamp;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /v1/kv} and {@code /v1/batch}: requests into {@link KvRequest}s. Bad ones are thrown out as {@link RefusedException}. */
final class KvRoutes {
  private final KvClient client;
  private final HttpSettings settings;
  private final Bodies bodies;
  private final LargeAnswers answers;

  KvRoutes(KvClient client, HttpSettings settings, Bodies bodies, LargeAnswers answers) {
    this.client = client;
    this.settings = settings;
    this.bodies = bodies;
    this.answers = answers;
  }

  CompletionStage<HttpResponse> get(Call call) {
    KvRequest.Get get = new KvRequest.Get(key(call), call.query("consistency").consistency());
    return client.execute(get).thenApply(answers::of);
  }

  CompletionStage<HttpResponse> put(Call call) {
    Key key = key(call);
    WriteHeaders headers = WriteHeaders.of(call.request());
    Condition condition = condition(call, headers);
    Optional<SessionStamp> stamp = headers.stamp();
    return bodies.read(call.request(), "value", settings.maxValueBytes(), value ->
        execute(new KvRequest.Put(key, value, condition), stamp).thenApply(Answers::of));
  }

  CompletionStage<HttpResponse> delete(Call call) {
    WriteHeaders headers = WriteHeaders.of(call.request());
    KvRequest.Delete delete = new KvRequest.Delete(key(call), condition(call, headers));
    return execute(delete, headers.stamp()).thenApply(Answers::of);
  }

  CompletionStage<HttpResponse> append(Call call) {
    Key key = key(call);
    WriteHeaders headers = WriteHeaders.of(call.request());
    Condition condition = condition(call, headers);
    Optional<SessionStamp> stamp = headers.stamp();
    return bodies.read(call.request(), "suffix", settings.maxValueBytes(), suffix ->
        execute(new KvRequest.Append(key, suffix, condition), stamp).thenApply(Answers::ofAppend));
  }

  CompletionStage<HttpResponse> scan(Call call) {
    QueryParameters query = call.query("prefix", "start", "end", "limit", "cursor", "consistency");
    return client.execute(new KvRequest.Scan(
        query.keyBytes("prefix").orElse(new byte[0]),
        query.keyBytes("start"),
        query.keyBytes("end"),
        (int) query.number("limit", 1, KvLimits.MAX_SCAN_ITEMS).orElse(KvLimits.DEFAULT_SCAN_ITEMS),
        query.string("cursor").filter(cursor -> !cursor.isEmpty()),
        query.consistency())).thenApply(answers::of);
  }

  CompletionStage<HttpResponse> batch(Call call) {
    call.query();
    call.checkJson();
    WriteHeaders headers = WriteHeaders.of(call.request());
    headers.checkUnconditional();
    Optional<SessionStamp> stamp = headers.stamp();
    return bodies.read(call.request(), "body", settings.maxBatchBytes(), body ->
        execute(BatchParser.parse(body, settings.maxValueBytes()), stamp).thenApply(Answers::ofBatch));
  }

  private CompletionStage<KvReply> execute(KvRequest.Write write, Optional<SessionStamp> stamp) {
    return stamp.isPresent() ? client.execute(write, stamp.get()) : client.execute(write);
  }

  private static Condition condition(Call call, WriteHeaders headers) {
    return headers.condition(call.query("version").number("version", 0, Long.MAX_VALUE));
  }

  private static Key key(Call call) {
    byte[] utf8 = PercentEncoding.decode("key", call.target().segments().get(2), PercentEncoding.Plus.LITERAL);
    return Keys.of("key", utf8);
  }
}
