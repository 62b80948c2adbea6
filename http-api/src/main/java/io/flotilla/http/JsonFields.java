package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** One JSON object of a request, read strictly. Refusals begin with the JSON pointer (RFC 6901) to what they are about. */
final class JsonFields {
  private final String pointer;
  private final JsonNode object;

  private JsonFields(String pointer, JsonNode object) {
    this.pointer = pointer;
    this.object = object;
  }

  static JsonFields of(String pointer, JsonNode node) {
    if (!node.isObject()) {
      throw Problem.badRequest("body%s: %s, allowed is an object".formatted(at(pointer), kind(node))).refused();
    }
    return new JsonFields(pointer, node);
  }

  void checkNames(List<String> allowed) {
    for (var names = object.fieldNames(); names.hasNext();) {
      String name = names.next();
      if (!allowed.contains(name)) {
        throw refused(name, "unknown field, allowed are " + String.join(", ", allowed));
      }
    }
  }

  boolean has(String name) {
    return object.has(name);
  }

  String string(String name) {
    JsonNode node = required(name);
    if (!node.isTextual()) {
      throw refused(name, "%s, allowed is a string".formatted(kind(node)));
    }
    return node.textValue();
  }

  long number(String name) {
    JsonNode node = required(name);
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw refused(name, "%s, allowed is a whole number from 0 to %d"
          .formatted(node.isNumber() ? node.asText() : kind(node), Long.MAX_VALUE));
    }
    return node.longValue();
  }

  List<JsonNode> array(String name) {
    JsonNode node = required(name);
    if (!node.isArray()) {
      throw refused(name, "%s, allowed is an array".formatted(kind(node)));
    }
    List<JsonNode> elements = new ArrayList<>(node.size());
    node.forEach(elements::add);
    return elements;
  }

  /** An array of strings; none where the field is missing and need not be there. */
  List<String> strings(String name, boolean mustBeThere) {
    List<String> strings = new ArrayList<>();
    if (mustBeThere || has(name)) {
      for (JsonNode element : array(name)) {
        if (!element.isTextual() || element.textValue().isBlank()) {
          throw refused(name, "element %d is %s, allowed are strings that are not blank".formatted(strings.size(), kind(element)));
        }
        strings.add(element.textValue());
      }
    }
    return strings;
  }

  /** An object whose values are strings. */
  SortedMap<String, String> stringsByName(String name) {
    JsonFields inner = of(pointer + '/' + name, required(name));
    SortedMap<String, String> strings = new TreeMap<>();
    inner.object.fieldNames().forEachRemaining(field -> strings.put(field, inner.string(field)));
    return strings;
  }

  String pointer(String name) {
    return "body at " + pointer + '/' + name.replace("~", "~0").replace("/", "~1");
  }

  RefusedException refused(String name, String detail) {
    return Problem.badRequest("%s: %s".formatted(pointer(name), detail)).refused();
  }

  private JsonNode required(String name) {
    JsonNode node = object.get(name);
    if (node == null) {
      throw refused(name, "missing");
    }
    return node;
  }

  private static String at(String pointer) {
    return pointer.isEmpty() ? "" : " at " + pointer;
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }
}
