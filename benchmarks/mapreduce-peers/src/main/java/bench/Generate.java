package bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Input, the same each time: {@code text|records BYTES FILE}. */
public final class Generate {
  private static final int VOCABULARY = 30_000;
  private static final int RECORD_BYTES = 100;

  private Generate() {}

  public static void main(String[] args) throws IOException {
    long bytes = Long.parseLong(args[1]);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[2])), 1 << 20)) {
      if (args[0].equals("text")) {
        text(bytes, out);
      } else {
        records(bytes, out);
      }
    }
  }

  /** Words of a vocabulary by Zipf's law, ten to a line. */
  private static void text(long bytes, OutputStream out) throws IOException {
    Random random = new Random(1);
    byte[][] words = new byte[VOCABULARY][];
    for (int i = 0; i < VOCABULARY; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(8); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString().getBytes(StandardCharsets.UTF_8);
    }
    long written = 0;
    for (long count = 1; written < bytes; count++) {
      byte[] word = words[(int) Math.pow(VOCABULARY, random.nextDouble()) - 1];
      out.write(word);
      out.write(count % 10 == 0 ? '\n' : ' ');
      written += word.length + 1;
    }
    out.write('\n');
  }

  /** Lines of random letters and digits. */
  private static void records(long bytes, OutputStream out) throws IOException {
    byte[] alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".getBytes(StandardCharsets.UTF_8);
    byte[] record = new byte[RECORD_BYTES];
    record[RECORD_BYTES - 1] = '\n';
    long state = 1;
    for (long written = 0; written + RECORD_BYTES <= bytes; written += RECORD_BYTES) {
      for (int i = 0; i < RECORD_BYTES - 1; i++) {
        state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        record[i] = alphabet[(int) (state >>> 58)];
      }
      out.write(record);
    }
  }
}
