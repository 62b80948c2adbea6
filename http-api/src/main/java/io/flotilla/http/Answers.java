package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.http.Problem.Kind;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.registry.ClusterAdmin.AdminReply;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.Location;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Typed replies into responses: the one place that knows which outcome is which status. */
final class Answers {
  private static final ContentType PROBLEM_JSON = ContentTypes.create(
      MediaTypes.customWithFixedCharset("application", "problem+json", HttpCharsets.UTF_8, Map.of(), false));
  private static final HttpResponse OK = HttpResponse.create();

  private Answers() {}

  /** The response to one operation on the store. */
  static HttpResponse of(KvReply reply) {
    return switch (reply) {
      case KvReply.Written written -> tagged(written.revision(), written(written, ""));
      case KvReply.Deleted deleted -> json(deleted(deleted).getBytes(StandardCharsets.US_ASCII));
      case KvReply.Found found -> found(found);
      case KvReply.Scanned scanned -> json(Json.write(json -> writeScanned(json, scanned)));
      case KvReply.BatchApplied applied -> json(batch(applied).getBytes(StandardCharsets.US_ASCII));
      case KvReply.NotFound _ -> problem(Problem.of(Kind.NOT_FOUND, "the key is absent"));
      case KvReply.ConditionFailed failed -> problem(conditionFailed(failed));
      case KvReply.Invalid(var detail) -> problem(Problem.badRequest(detail));
      case KvReply.TooLarge(var sizeBytes, var maxBytes) -> problem(Problem.of(Kind.TOO_LARGE,
          "value: %d bytes, allowed are at most %d".formatted(sizeBytes, maxBytes)));
      case KvReply.SequenceSuperseded(var latest) -> problem(Problem.superseded(
          "header Flotilla-Sequence: the session has gone on to %d, allowed is that number or a higher one".formatted(latest))
          .with(Map.of("latestSequence", latest)));
      case KvReply.Unavailable(var reason, var retryAfter) -> problem(Problem.unavailable(because(reason), seconds(retryAfter)));
      case KvReply.OutcomeUnknown _ -> problem(Problem.outcomeUnknown(
          "the time limit passed before the outcome was known; a repeat with the same Flotilla-Session and Flotilla-Sequence is safe"));
    };
  }

  /** The same for an append, whose answer tells the length as well. */
  static HttpResponse ofAppend(KvReply reply) {
    return reply instanceof KvReply.Written written
        ? tagged(written.revision(), written(written, ",\"length\":" + written.lengthBytes()))
        : of(reply);
  }

  /** The same for a batch, whose refusal tells which operation it was. */
  static HttpResponse ofBatch(KvReply reply) {
    if (reply instanceof KvReply.ConditionFailed failed) {
      Problem problem = conditionFailed(failed);
      Map<String, Object> members = new LinkedHashMap<>(problem.members());
      members.put("failedOp", failed.failedWrite());
      return problem(problem.with(members));
    }
    return of(reply);
  }

  /** The response to one operation on the cluster; {@code done} is what it says when carried out. */
  static HttpResponse of(AdminReply reply, HttpResponse done) {
    return switch (reply) {
      case AdminReply.Done _ -> done;
      case AdminReply.NotFound(var detail) -> problem(Problem.of(Kind.NOT_FOUND, detail));
      case AdminReply.Conflict(var detail) -> problem(Problem.of(Kind.CONFLICT, detail));
      case AdminReply.Invalid(var detail) -> problem(Problem.badRequest(detail));
      case AdminReply.Unavailable(var detail) -> problem(Problem.unavailable(detail, 1));
      case AdminReply.OutcomeUnknown(var detail) -> problem(Problem.outcomeUnknown(detail));
    };
  }

  /** The response to one operation on jobs. */
  static HttpResponse of(JobReply reply) {
    return switch (reply) {
      case JobReply.Submitted(var job) -> job(job).withStatus(202)
          .addHeader(Location.create("/v1/mapreduce/jobs/" + PercentEncoding.encode(job.id())));
      case JobReply.Found(var job) -> job(job);
      case JobReply.Listed(var jobs) -> json(Json.write(json -> {
        json.writeStartObject();
        json.writeArrayFieldStart("jobs");
        for (JobStatus job : jobs) {
          JobJson.write(json, job);
        }
        json.writeEndArray();
        json.writeEndObject();
      }));
      case JobReply.NotFound(var detail) -> problem(Problem.of(Kind.NOT_FOUND, detail));
      case JobReply.Conflict(var detail) -> problem(Problem.of(Kind.CONFLICT, detail));
      case JobReply.Invalid(var detail) -> problem(Problem.badRequest(detail));
      case JobReply.Unavailable(var detail) -> problem(Problem.unavailable(detail, 1));
      case JobReply.OutcomeUnknown(var detail) -> problem(Problem.outcomeUnknown(detail));
    };
  }

  private static HttpResponse job(JobStatus job) {
    return json(Json.write(json -> JobJson.write(json, job)));
  }

  static HttpResponse problem(Problem problem) {
    List<HttpHeader> headers = new ArrayList<>(2);
    problem.retryAfterSeconds().ifPresent(seconds -> headers.add(RawHeader.create("Retry-After", Long.toString(seconds))));
    if (!problem.allow().isEmpty()) {
      headers.add(RawHeader.create("Allow", problem.allow()));
    }
    byte[] body = Json.write(json -> writeProblem(json, problem));
    return HttpResponse.create()
        .withStatus(problem.kind().status)
        .withHeaders(headers)
        .withEntity(HttpEntities.create(PROBLEM_JSON, ByteString.fromArrayUnsafe(body)));
  }

  static HttpResponse json(byte[] body) {
    return OK.withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, ByteString.fromArrayUnsafe(body)));
  }

  // Strings rather than the generator for the answers to writes: they are numbers only, and there are many of them.

  private static String written(KvReply.Written written, String more) {
    return "{\"version\":" + written.version() + ",\"revision\":" + written.revision() + more + '}';
  }

  private static String deleted(KvReply.Deleted deleted) {
    return "{\"deleted\":" + deleted.deleted() + ",\"revision\":" + deleted.revision() + '}';
  }

  private static String batch(KvReply.BatchApplied applied) {
    StringBuilder json = new StringBuilder("{\"results\":[");
    for (KvReply reply : applied.replies()) {
      json.append(json.charAt(json.length() - 1) == '[' ? "" : ",").append(switch (reply) {
        case KvReply.Written written -> written(written, ",\"length\":" + written.lengthBytes());
        case KvReply.Deleted deleted -> deleted(deleted);
        default -> throw new IllegalStateException("a write of an applied batch is answered by " + reply);
      });
    }
    return json.append("]}").toString();
  }

  private static HttpResponse tagged(long revision, String body) {
    return json(body.getBytes(StandardCharsets.US_ASCII)).withHeaders(List.of(entityTag(revision)));
  }

  private static HttpResponse found(KvReply.Found found) {
    HttpHeader version = RawHeader.create("Flotilla-Version", Long.toString(found.version()));
    return OK.withHeaders(List.of(entityTag(found.revision()), version))
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, ByteString.fromArrayUnsafe(found.value())));
  }

  private static HttpHeader entityTag(long revision) {
    return RawHeader.create("ETag", "\"" + revision + '"');
  }

  private static void writeScanned(JsonGenerator json, KvReply.Scanned scanned) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("items");
    for (KvReply.Item item : scanned.items()) {
      json.writeStartObject();
      json.writeStringField("key", item.key().toString());
      json.writeBinaryField("value", item.value());
      json.writeNumberField("version", item.version());
      json.writeNumberField("revision", item.revision());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("cursor", scanned.cursor().orElse(null));
    json.writeEndObject();
  }

  private static void writeProblem(JsonGenerator json, Problem problem) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", problem.kind().type);
    json.writeStringField("title", problem.kind().title);
    json.writeNumberField("status", problem.kind().status);
    json.writeStringField("detail", problem.detail());
    json.writeStringField("outcome", problem.outcome().text);
    for (Map.Entry<String, Object> member : problem.members().entrySet()) {
      json.writeObjectField(member.getKey(), member.getValue());
    }
    json.writeEndObject();
  }

  private static Problem conditionFailed(KvReply.ConditionFailed failed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("version", failed.version());
    members.put("revision", failed.revision());
    return Problem.of(Kind.PRECONDITION_FAILED, failed.version() == 0 ? "the condition does not hold: the key is absent"
        : "the condition does not hold: the key is at version %d, revision %d".formatted(failed.version(), failed.revision()))
        .with(members);
  }

  private static String because(KvReply.Reason reason) {
    return switch (reason) {
      case NO_LEADER -> "no leader is known for the key at the moment";
      case OVERLOADED -> "overloaded: as much as is allowed is under way";
      case STORE_FULL -> "the store has reached its size limit";
      case TIMED_OUT -> "it could not be served in time";
    };
  }

  private static long seconds(Duration retryAfter) {
    return Math.max(1, retryAfter.plusMillis(999).toSeconds());
  }
}
