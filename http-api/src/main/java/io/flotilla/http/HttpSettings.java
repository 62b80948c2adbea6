package io.flotilla.http;

import com.typesafe.config.Config;
import io.flotilla.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The block {@code flotilla.http}, whose comments in {@code reference.conf} tell what each key trades off.
 *
 * @param host to bind to
 * @param port to bind to; 0: any free one
 * @param maxConnections served at a time; more are answered 503
 * @param maxRequestBytesInFlight of bodies in memory, over all connections
 * @param maxValueBytes largest value, {@code flotilla.kv.max-value-size}
 * @param maxBatchBytes largest body of a batch
 * @param bodyTimeout for a body to arrive wholly
 * @param maxDiscardedBytes of an unwanted body that are read before it is refused all the same
 * @param discardPause silence after which no more of an unwanted body is expected
 * @param stopTimeout for requests under way when the server stops
 * @param tls how to serve HTTPS; empty: plain HTTP
 */
public record HttpSettings(String host, int port, int maxConnections, long maxRequestBytesInFlight, long maxValueBytes,
    long maxBatchBytes, Duration bodyTimeout, long maxDiscardedBytes, Duration discardPause, Duration stopTimeout,
    Optional<Tls> tls) {
  private static final long MIN_VALUE_LIMIT_BYTES = 1;
  private static final long MAX_BODY_BYTES = 1L << 30;

  private static final int MAX_CONNECTIONS = 1_000_000;
  private static final int HEAP_BYTES_PER_CONNECTION = 256 << 10;

  /** Of the heap, what the bodies of requests may take up if nothing is said: their copies on the way need room as well. */
  private static final int HEAP_SHARE = 16;

  /** Where the server's key and certificate are: a PKCS #12 file. */
  public record Tls(Path keyStore, String password) {
    @Override
    public String toString() {
      return "Tls[keyStore=%s]".formatted(keyStore);
    }
  }

  /**
   * Reads and checks the whole configuration's {@code flotilla.http} and {@code flotilla.kv.max-value-size}.
   *
   * @throws IllegalArgumentException with key, value and allowed range
   */
  public static HttpSettings from(Config root) {
    SettingsReader reader = SettingsReader.of(root);
    long maxValueBytes = reader.size("flotilla.kv.max-value-size", MIN_VALUE_LIMIT_BYTES, MAX_BODY_BYTES);
    long maxBatchBytes = reader.size("flotilla.http.max-batch-size", 1, MAX_BODY_BYTES);
    long largestBody = Math.max(maxValueBytes, maxBatchBytes);
    return new HttpSettings(
        reader.text("flotilla.http.host"),
        reader.integer("flotilla.http.port", 0, SettingsReader.MAX_PORT),
        reader.isAuto("flotilla.http.max-connections")
            ? (int) Math.min(MAX_CONNECTIONS, Math.max(1, Runtime.getRuntime().maxMemory() / HEAP_BYTES_PER_CONNECTION))
            : reader.integer("flotilla.http.max-connections", 1, MAX_CONNECTIONS),
        reader.isAuto("flotilla.http.max-request-bytes-in-flight")
            ? Math.max(largestBody, Runtime.getRuntime().maxMemory() / HEAP_SHARE)
            : reader.size("flotilla.http.max-request-bytes-in-flight", largestBody, Long.MAX_VALUE),
        maxValueBytes,
        maxBatchBytes,
        reader.duration("flotilla.http.body-timeout", Duration.ofMillis(1), Duration.ofHours(1)),
        reader.size("flotilla.http.max-discarded-size", 0, MAX_BODY_BYTES),
        reader.duration("flotilla.http.discard-pause", Duration.ofMillis(1), Duration.ofMinutes(1)),
        reader.duration("flotilla.http.stop-timeout", Duration.ofMillis(1), Duration.ofHours(1)),
        tls(reader));
  }

  private static Optional<Tls> tls(SettingsReader reader) {
    String keyStore = reader.anyText("flotilla.http.tls.key-store");
    return keyStore.isEmpty() ? Optional.empty()
        : Optional.of(new Tls(Path.of(keyStore), reader.anyText("flotilla.http.tls.password")));
  }
}
