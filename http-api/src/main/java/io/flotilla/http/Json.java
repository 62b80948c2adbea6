package io.flotilla.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** JSON in (strictly) and out. */
final class Json {
  /** Our documents are three levels deep; the bound keeps a hostile one from filling the stack. */
  private static final int MAX_NESTING_DEPTH = 16;

  private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING_DEPTH).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();
  /** What the library says to who programs with it. */
  private static final Pattern INTERNALS = Pattern.compile(", from `[^`]*`| \\(start marker at .*| \\(maybe .*|: enable `.*", Pattern.DOTALL);
  private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class);

  /** Writes one document. */
  interface Writer {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private Json() {}

  /** Reads one document, refusing what is not JSON with the place of the error. */
  static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      throw Problem.badRequest("body: empty, allowed is one JSON object").refused();
    }
    try {
      return READER.readValue(body);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new RefusedException(Problem.badRequest("body: malformed JSON%s: %s"
          .formatted(at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()),
              reason(e))));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static String reason(JsonProcessingException malformed) {
    return malformed instanceof MismatchedInputException
        ? "there is more behind the document" : INTERNALS.matcher(malformed.getOriginalMessage()).replaceAll("");
  }

  static byte[] write(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = MAPPER.getFactory().createGenerator(bytes)) {
      writer.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
