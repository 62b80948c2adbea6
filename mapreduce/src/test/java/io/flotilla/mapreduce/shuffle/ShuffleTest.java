package io.flotilla.mapreduce.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flotilla.mapreduce.TestSettings;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.sort.RecordCursor;
import io.flotilla.mapreduce.sort.SegmentFileWriter;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.TaskId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShuffleTest {
  private static final int PARTITIONS = 3;

  @TempDir
  private Path folder;
  private WorkFolder remote;
  private SegmentServer server;

  @BeforeEach
  void startServer() throws IOException {
    remote = new WorkFolder(folder.resolve("remote"));
    server = SegmentServer.start(remote, "127.0.0.1");
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
  }

  @ParameterizedTest(name = "values of {0} bytes, {1} of memory: {2} of 5 segments in files")
  @CsvSource({"10, 1 MiB, 0", "10, 0 B, 5", "1000, 100 KiB, 5", "3000000, 64 MiB, 0", "3000000, 13 MiB, 1", "3000000, 1 MiB, 5"})
  void segmentsArriveInMemoryOrInFiles(int valueBytes, String memory, int inFiles) throws Exception {
    List<MapOutput> outputs = IntStream.range(0, 5).mapToObj(task -> write(task, valueBytes, valueBytes < 1_000_000 ? 40 : 1)).toList();
    try (Shuffle shuffle = shuffle("shuffle.buffer = " + memory)) {
      shuffle.fetch(outputs, () -> {});
      assertThat(shuffle.lost()).isEmpty();
      assertThat(shuffle.segments()).hasSize(5);
      assertThat(shuffle.segments().stream().filter(FetchedSegment.InFile.class::isInstance)).hasSize(inFiles);
      for (FetchedSegment segment : shuffle.segments()) {
        assertThat(countRecords(segment)).isEqualTo(segment.records());
      }
    }
  }

  @Test
  void outputOfTheSameNodeIsReadWhereItIs() throws Exception {
    MapOutput written = write(0, 10, 5);
    MapOutput own = new MapOutput(written.attempt(), "here", "127.0.0.1", 1);
    try (Shuffle shuffle = new Shuffle(TestSettings.with().shuffle(), remote, "here", 1, folder)) {
      shuffle.fetch(List.of(own), () -> {});
      assertThat(shuffle.segments()).hasSize(1);
      assertThat(shuffle.remoteBytes()).isZero();
    }
  }

  @Test
  void outputThatIsNotThereIsLostAtOnceAndTheOthersArrive() throws Exception {
    MapOutput there = write(0, 10, 5);
    MapOutput gone = at(attempt("job", 1), server.port());
    MapOutput strange = at(attempt("../etc", 2), server.port());
    try (Shuffle shuffle = shuffle()) {
      shuffle.fetch(List.of(there, gone, strange), () -> {});
      assertThat(shuffle.segments()).hasSize(1);
      assertThat(shuffle.lost().get(1)).contains("no output of job/m-00001-1");
      assertThat(shuffle.lost().get(2)).contains("no job's id");
    }
  }

  @Test
  void aNodeThatIsDownIsAskedAgainAndThenItsOutputIsLost() throws Exception {
    int port = server.port();
    MapOutput output = write(0, 10, 5);
    server.close();
    try (Shuffle shuffle = shuffle("shuffle.attempts = 3", "shuffle.retry-backoff { min = 1 ms, max = 1 ms }")) {
      shuffle.fetch(List.of(output), () -> {});
      assertThat(shuffle.lost()).containsOnlyKeys(0);
      assertThat(shuffle.lost().get(0)).contains("n9").contains("Connect");
    }
    assertThat(port).isPositive();
  }

  @Test
  void aDamagedSegmentIsNoticedBeforeAnybodyReadsIt() throws Exception {
    MapOutput output = write(0, 10, 5);
    Path file = remote.mapOutput(output.attempt());
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 8; at < 100; at++) {
      bytes[at] ^= 1;
    }
    Files.write(file, bytes);
    try (Shuffle shuffle = shuffle("shuffle.attempts = 2", "shuffle.retry-backoff { min = 1 ms, max = 1 ms }")) {
      shuffle.fetch(List.of(output), () -> {});
      assertThat(shuffle.lost().get(0)).contains("checksum");
    }
  }

  @Test
  void oneWhoSpeaksAnotherLanguageIsSentAway() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void anAttemptThatIsCancelledDoesNotWaitForASilentNode() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress()); Shuffle shuffle = shuffle()) {
      MapOutput output = at(attempt("job", 0), silent.getLocalPort());
      assertThat(catchThrowable(() -> shuffle.fetch(List.of(output), () -> {
        throw new IllegalStateException("cancelled");
      }))).hasMessage("cancelled");
    }
  }

  private Shuffle shuffle(String... settings) {
    return new Shuffle(TestSettings.with(settings).shuffle(), new WorkFolder(folder.resolve("local")), "here", 1, folder);
  }

  private MapOutput write(int task, int valueBytes, int records) {
    AttemptId attempt = attempt("job", task);
    try {
      remote.scratch(attempt);
      try (SegmentFileWriter writer = new SegmentFileWriter(remote.mapOutput(attempt))) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          for (int i = 0; i < records; i++) {
            writer.append(new byte[] {(byte) i}, 0, 1, new byte[valueBytes], 0, valueBytes);
          }
          writer.endSegment();
        }
        writer.finish();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return at(attempt, server.port());
  }

  private static long countRecords(FetchedSegment segment) throws IOException {
    long records = 0;
    try (RecordCursor cursor = segment.open()) {
      while (cursor.next()) {
        records++;
      }
    }
    return records;
  }

  private static MapOutput at(AttemptId attempt, int port) {
    return new MapOutput(attempt, "n9", "127.0.0.1", port);
  }

  private static AttemptId attempt(String jobId, int task) {
    return new AttemptId(new TaskId(jobId, TaskId.Phase.MAP, task), 1);
  }
}
