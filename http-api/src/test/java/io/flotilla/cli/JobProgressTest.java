package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class JobProgressTest {
  private static final String JOB = """
      {"id":"job-1","map":{"tasks":8,"done":4,"fraction":0.5},"reduce":{"tasks":2,"done":0,"fraction":0}}""";

  /** It would take over the signals, and Ctrl-C would neither cancel the job nor say that it goes on. */
  @Test
  void aBarDoesWithoutTheLibrarysTerminal() throws IOException, ReflectiveOperationException {
    Field terminal = Class.forName("me.tongfei.progressbar.TerminalUtils").getDeclaredField("terminal");
    terminal.setAccessible(true);
    try (JobProgress progress = new JobProgress(new PrintWriter(new StringWriter()), true)) {
      progress.show(new JobView(new ObjectMapper().readTree(JOB)));
      assertThat(terminal.get(null)).isNull();
    }
  }
}
