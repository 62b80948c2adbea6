package io.flotilla.http;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Percent-encoded UTF-8 (RFC 3986 §2.1), strictly: what is not UTF-8 is refused, not replaced. */
final class PercentEncoding {
  /** What a {@code +} stands for. */
  enum Plus {
    /** Itself: in a path. */
    LITERAL,
    /** A space: in a query, where form encoders of every language write it so. */
    SPACE
  }

  private PercentEncoding() {}

  /**
   * The bytes that {@code encoded} stands for.
   *
   * @param what names the part of the request, for the refusal
   */
  static byte[] decode(String what, String encoded, Plus plus) {
    byte[] decoded = new byte[encoded.length()];
    int size = 0;
    boolean ascii = true;
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        int high = hexDigit(encoded, i + 1);
        int low = hexDigit(encoded, i + 2);
        if (high < 0 || low < 0) {
          throw badEncoding(what, encoded, i);
        }
        decoded[size] = (byte) (high << 4 | low);
        i += 2;
      } else if (c == '+' && plus == Plus.SPACE) {
        decoded[size] = ' ';
      } else if (c < 0x80) {
        decoded[size] = (byte) c;
      } else {
        throw Problem.badRequest("%s: the character U+%04X stands there as it is, allowed is only its percent-encoded UTF-8"
            .formatted(what, (int) c)).refused();
      }
      ascii &= decoded[size] >= 0;
      size++;
    }
    byte[] bytes = size == decoded.length ? decoded : Arrays.copyOf(decoded, size);
    if (!ascii) {
      checkUtf8(what, bytes);
    }
    return bytes;
  }

  /** A path segment that stands for {@code text}. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Its value, or -1 where there is none. */
  private static int hexDigit(String text, int at) {
    // Character.digit would take digits of other scripts too, but those are not ASCII and so cannot be in a request line.
    return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
  }

  private static RefusedException badEncoding(String what, String encoded, int at) {
    return Problem.badRequest("%s: '%s' at position %d is no percent-encoded byte, allowed is %% with two hexadecimal digits"
        .formatted(what, encoded.substring(at, Math.min(at + 3, encoded.length())), at)).refused();
  }

  private static void checkUtf8(String what, byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new RefusedException(Problem.badRequest(
          "%s: its percent-encoded bytes are not UTF-8 (%s), allowed is UTF-8 only".formatted(what, e.getMessage())));
    }
  }
}
