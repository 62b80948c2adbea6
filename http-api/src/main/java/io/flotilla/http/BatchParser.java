package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.kv.Key;
import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Condition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The body of {@code POST /v1/batch}. A refusal begins with the JSON pointer (RFC 6901) to what it is about. */
final class BatchParser {
  private static final List<String> WITH_VALUE = List.of("op", "key", "value", "version", "revision");
  private static final List<String> WITHOUT_VALUE = List.of("op", "key", "version", "revision");

  private BatchParser() {}

  static KvRequest.Batch parse(byte[] body, long maxValueBytes) {
    JsonFields document = JsonFields.of("", Json.parse(body));
    document.checkNames(List.of("ops"));
    List<JsonNode> ops = document.array("ops");
    if (ops.isEmpty() || ops.size() > KvLimits.MAX_BATCH_WRITES) {
      throw document.refused("ops", "%d operations, allowed are 1 to %d".formatted(ops.size(), KvLimits.MAX_BATCH_WRITES));
    }
    List<KvRequest.KeyWrite> writes = new ArrayList<>(ops.size());
    for (int i = 0; i < ops.size(); i++) {
      writes.add(write(JsonFields.of("/ops/" + i, ops.get(i)), maxValueBytes));
    }
    return new KvRequest.Batch(writes);
  }

  private static KvRequest.KeyWrite write(JsonFields op, long maxValueBytes) {
    String name = op.string("op");
    return switch (name) {
      case "put" -> {
        op.checkNames(WITH_VALUE);
        yield new KvRequest.Put(key(op), value(op, maxValueBytes), condition(op));
      }
      case "append" -> {
        op.checkNames(WITH_VALUE);
        yield new KvRequest.Append(key(op), value(op, maxValueBytes), condition(op));
      }
      case "delete" -> {
        op.checkNames(WITHOUT_VALUE);
        yield new KvRequest.Delete(key(op), condition(op));
      }
      default -> throw op.refused("op", "'%s', allowed are put, append, delete".formatted(name));
    };
  }

  private static Key key(JsonFields op) {
    String text = op.string("key");
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw op.refused("key", "half of a surrogate pair, which is not Unicode text");
    }
    return Keys.of(op.pointer("key"), text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] value(JsonFields op, long maxValueBytes) {
    String text = op.string("value");
    byte[] value;
    try {
      value = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(op.refused("value", "not base64 (%s), allowed is RFC 4648 §4".formatted(e.getMessage())).problem());
    }
    if (!Base64.getEncoder().encodeToString(value).equals(text)) { // the decoder does without padding, too
      throw op.refused("value", "not base64 as it is encoded, allowed is RFC 4648 §4, padding included");
    }
    if (value.length > maxValueBytes) {
      throw Problem.of(Problem.Kind.TOO_LARGE, "%s: %d bytes, allowed are at most %d"
          .formatted(op.pointer("value"), value.length, maxValueBytes)).refused();
    }
    return value;
  }

  private static Condition condition(JsonFields op) {
    if (op.has("version") && op.has("revision")) {
      throw op.refused("revision", "allowed is one condition, and there is a version as well");
    }
    if (op.has("version")) {
      return new Condition.VersionIs(op.number("version"));
    }
    return op.has("revision") ? new Condition.RevisionIs(op.number("revision")) : Condition.ALWAYS;
  }
}
