package io.flotilla.mapreduce.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobLogTest {
  @TempDir
  private Path folder;

  @Test
  void thereIsNoneUntilSomethingIsPrinted() throws IOException {
    try (JobLog log = new JobLog(folder.resolve("logs/job-1.log"), 100)) {
      assertThat(log.exists()).isFalse();
      print(log, "hello");
      assertThat(log.exists()).isTrue();
    }
    assertThat(folder.resolve("logs/job-1.log")).hasContent("hello");
  }

  @Test
  void itKeepsTheLatestAndStaysWithinItsLimit() throws IOException {
    try (JobLog log = new JobLog(folder.resolve("job-1.log"), 100)) {
      for (int line = 0; line < 1_000; line++) {
        print(log, "%09d\n".formatted(line));
      }
    }
    assertThat(Files.size(folder.resolve("job-1.log")) + Files.size(folder.resolve("job-1.log.old"))).isLessThanOrEqualTo(100);
    assertThat(Files.readAllLines(folder.resolve("job-1.log"))).last().isEqualTo("000000999");
  }

  private static void print(JobLog log, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    log.write(bytes, bytes.length);
  }
}
