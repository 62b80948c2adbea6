package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A small heap against many large values at once: refused or served, never out of memory, and well afterwards. */
class FloodTest {
  private static final int CONNECTIONS = 2000;
  private static final int VALUE_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 16 * 1024;

  private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
  private final CountDownLatch connected = new CountDownLatch(CONNECTIONS);

  @Test
  void aFloodIsRefusedWithoutRunningOutOfMemory() throws IOException, InterruptedException {
    Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + Path.of("jvm", "node.options"), "-Xmx256m", "-XX:MaxDirectMemorySize=128m", "-cp", System.getProperty("java.class.path"),
        FloodedServer.class.getName()).redirectErrorStream(true).start();
    try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
      int port = port(output);
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        IntStream.range(0, CONNECTIONS).forEach(_ -> clients.execute(() -> flood(port)));
      }

      assertThat(answers.keySet()).as("%s", answers).isSubsetOf("200", "503", "429", "closed").contains("200", "503");
      assertThat(server.isAlive()).isTrue();
      try (RawConnection connection = new RawConnection(port)) {
        assertThat(connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx").receive().status()).isEqualTo(200);
      }
      server.getOutputStream().close();
      assertThat(output.lines().collect(Collectors.joining("\n"))).doesNotContain("OutOfMemoryError");
      assertThat(server.waitFor()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  /** One client: connects, and once all have, sends a large value. */
  private void flood(int port) {
    byte[] piece = new byte[PIECE_BYTES];
    try (RawConnection connection = new RawConnection(port)) {
      connected.countDown();
      connected.await();
      connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n".formatted(VALUE_BYTES));
      for (int sent = 0; sent < VALUE_BYTES; sent += PIECE_BYTES) {
        connection.send(piece);
      }
      count(Integer.toString(connection.receive().status()));
    } catch (UncheckedIOException e) {
      connected.countDown();
      count("closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void count(String answer) {
    answers.computeIfAbsent(answer, _ -> new LongAdder()).increment();
  }

  private static int port(BufferedReader output) throws IOException {
    String line = output.readLine();
    while (line != null && !line.startsWith("port ")) {
      line = output.readLine();
    }
    return Integer.parseInt(String.valueOf(line).substring("port ".length()));
  }
}
