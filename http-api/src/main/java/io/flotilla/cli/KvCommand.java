package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.cli.Endpoints.Request;
import io.flotilla.kv.Key;
import io.flotilla.terminal.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code flotilla kv}: single operations on the store, over HTTP. */
@Command(name = "kv", mixinStandardHelpOptions = true, description = "Reads and writes keys.",
    footer = {"", "A value is an argument, or '-' for standard input.", "Exit status: 0 done, 1 failed, or nothing to get, 2 wrong usage."})
final class KvCommand implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STANDARD_INPUT = "-";
  private static final byte[] NO_BODY = new byte[0];
  private static final int NOT_FOUND = 404;
  private static final int PAGE_ITEMS = 1_000;

  /** Where writes go and how they are told. */
  static final class Common {
    @Mixin
    private EndpointOptions endpoints;

    @Option(names = "--json", description = "print JSON")
    private boolean json;
  }

  /** What must hold for a conditional write. */
  static final class Condition {
    @Option(names = "--if-version", paramLabel = "N", converter = Count.class, description = "only at this version; 0: only if absent")
    private Long version;

    @Option(names = "--if-revision", paramLabel = "N", converter = Count.class, description = "only if last changed at this revision")
    private Long revision;

    @Option(names = "--if-absent", description = "only if there is no such key")
    private boolean absent;

    private String query() {
      return version == null ? "" : "?version=" + version;
    }

    private Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      if (revision != null) {
        headers.put("If-Match", "\"" + revision + "\"");
      }
      if (absent) {
        headers.put("If-None-Match", "*");
      }
      return headers;
    }
  }

  /** A version or a revision. */
  static final class Count implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (!text.matches("\\d{1,18}")) {
        throw new TypeConversionException("'%s' is no whole number from 0 on".formatted(text));
      }
      return Long.valueOf(text);
    }
  }

  /** A key, as the store takes it. */
  static final class KeyText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return Key.of(text).toString();
      } catch (IllegalArgumentException refused) {
        throw new TypeConversionException(refused.getMessage());
      }
    }
  }

  /** How fresh a read is. */
  enum Consistency {
    LINEARIZABLE, LEASE, STALE;

    private String parameter() {
      return "consistency=" + name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing: put, get, delete, append, cas or scan.");
  }

  @Command(name = "put", mixinStandardHelpOptions = true, description = "Sets a key's value.")
  int put(@Mixin Common common, @Parameters(paramLabel = "KEY", converter = KeyText.class) String key,
      @Parameters(paramLabel = "VALUE") String value) throws IOException {
    return write(common, new Request("PUT", keyPath(key), Map.of(), bytes(value)));
  }

  @Command(name = "cas", mixinStandardHelpOptions = true, description = "Sets a key's value if it is still what was read.")
  int cas(@Mixin Common common, @ArgGroup(multiplicity = "1") Condition condition,
      @Parameters(paramLabel = "KEY", converter = KeyText.class) String key, @Parameters(paramLabel = "VALUE") String value)
      throws IOException {
    return write(common, new Request("PUT", keyPath(key) + condition.query(), condition.headers(), bytes(value)));
  }

  @Command(name = "append", mixinStandardHelpOptions = true, description = "Adds to the end of a key's value.")
  int append(@Mixin Common common, @Parameters(paramLabel = "KEY", converter = KeyText.class) String key,
      @Parameters(paramLabel = "SUFFIX") String suffix) throws IOException {
    return write(common, new Request("POST", keyPath(key) + "/append", Map.of(), bytes(suffix)));
  }

  @Command(name = "delete", mixinStandardHelpOptions = true, description = "Removes a key.")
  int delete(@Mixin Common common, @ArgGroup Condition condition, @Parameters(paramLabel = "KEY", converter = KeyText.class) String key)
      throws IOException {
    String query = condition == null ? "" : condition.query();
    Map<String, String> headers = condition == null ? Map.of() : condition.headers();
    return write(common, new Request("DELETE", keyPath(key) + query, headers, NO_BODY));
  }

  @Command(name = "get", mixinStandardHelpOptions = true, description = "Prints a key's value, byte for byte.")
  int get(@Mixin Common common, @Parameters(paramLabel = "KEY", converter = KeyText.class) String key,
      @Option(names = "--consistency", defaultValue = "LINEARIZABLE", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
          Consistency consistency) throws IOException {
    Endpoints.Answer answer = common.endpoints.open().send(Request.get(keyPath(key) + "?" + consistency.parameter()));
    if (answer.status() == NOT_FOUND) {
      throw new CommandFailedException("no key '%s'".formatted(key));
    }
    if (!answer.isOk()) {
      throw new CommandFailedException(answer.problem());
    }
    byte[] value = answer.body();
    if (common.json) {
      ObjectNode found = JSON.createObjectNode().put("key", key).put("value", Base64.getEncoder().encodeToString(value));
      found.put("version", Long.parseLong(answer.headers().getOrDefault("flotilla-version", "0")));
      found.put("revision", Long.parseLong(answer.headers().getOrDefault("etag", "\"0\"").replace("\"", "")));
      out().println(found);
    } else {
      printRaw(value);
    }
    return 0;
  }

  @Command(name = "scan", mixinStandardHelpOptions = true, description = "Lists keys and values in key order.")
  int scan(@Mixin Common common,
      @Option(names = "--prefix", defaultValue = "", paramLabel = "P", description = "only keys that begin so") String prefix,
      @Option(names = "--start", paramLabel = "KEY", description = "only from this key on") String start,
      @Option(names = "--end", paramLabel = "KEY", description = "only before this key") String end,
      @Option(names = "--limit", defaultValue = "100", paramLabel = "N", description = "at most so many (default: ${DEFAULT-VALUE})")
          int limit) throws IOException {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit is at least 1, not " + limit);
    }
    Endpoints endpoints = common.endpoints.open();
    String cursor = null;
    int left = limit;
    do {
      StringJoiner query = new StringJoiner("&", "/v1/kv?", "");
      query.add("limit=" + Math.min(left, PAGE_ITEMS));
      addParameter(query, "prefix", prefix);
      addParameter(query, "start", start);
      addParameter(query, "end", end);
      addParameter(query, "cursor", cursor);
      JsonNode page = Endpoints.ok(endpoints.send(Request.get(query.toString())));
      for (JsonNode item : page.path("items")) {
        printItem(item, common.json);
        left--;
      }
      cursor = page.path("cursor").asText(null);
    } while (cursor != null && left > 0);
    return 0;
  }

  private void printItem(JsonNode item, boolean json) throws IOException {
    if (json) {
      out().println(item);
    } else {
      out().print(item.path("key").asText() + "\t");
      out().println(new String(item.path("value").binaryValue(), StandardCharsets.UTF_8));
    }
  }

  private int write(Common common, Request request) throws IOException {
    JsonNode done = Endpoints.ok(common.endpoints.open().write(request));
    if (common.json) {
      out().println(done);
    } else {
      StringJoiner text = new StringJoiner(" ");
      done.properties().forEach(field -> text.add(field.getKey() + " " + field.getValue().asText()));
      out().println(text);
    }
    return 0;
  }

  /** Nothing but the value; a newline only where a person reads it. */
  private static void printRaw(byte[] value) throws IOException {
    PrintStream raw = System.out;
    raw.write(value);
    if (Terminal.isThere()) {
      raw.println();
    }
    raw.flush();
  }

  private static byte[] bytes(String argument) throws IOException {
    return argument.equals(STANDARD_INPUT) ? System.in.readAllBytes() : argument.getBytes(StandardCharsets.UTF_8);
  }

  private static String keyPath(String key) {
    return "/v1/kv/" + Endpoints.encode(key);
  }

  private static void addParameter(StringJoiner query, String name, String value) {
    if (value != null && !value.isEmpty()) {
      query.add(name + "=" + Endpoints.encode(value));
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
