package io.flotilla.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Prints measurements: a table for people, or one JSON object a line for programs. */
final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COLUMNS = "%6s  %5s  %10s  %9s  %9s  %9s  %9s  %9s  %s%n";
  private final PrintWriter out;
  private final boolean json;
  private final String client;
  private boolean begun;

  Report(PrintWriter out, boolean json, String client) {
    this.out = out;
    this.json = json;
    this.client = client;
  }

  /** Prints one measurement; the rate is empty for a closed loop. */
  void print(Workload workload, double ratePerSecond, Meter.Interval interval) {
    if (json) {
      out.println(toJson(workload, ratePerSecond, interval));
    } else {
      printRow(workload, interval);
    }
    out.flush();
  }

  private ObjectNode toJson(Workload workload, double ratePerSecond, Meter.Interval interval) {
    ObjectNode line = JSON.createObjectNode();
    line.put("client", client);
    line.put("loop", ratePerSecond > 0 ? "open" : "closed");
    if (ratePerSecond > 0) {
      line.put("rate", ratePerSecond);
    }
    line.put("connections", workload.outstanding()).put("readShare", workload.readShare()).put("keys", workload.keys())
        .put("valueSizeBytes", workload.valueSizeBytes()).put("seconds", interval.seconds());
    addLatencies(line, interval.all(), interval.seconds());
    if (workload.readShare() > 0 && workload.readShare() < 1) {
      addLatencies(line.putObject("reads"), interval.reads(), interval.seconds());
      addLatencies(line.putObject("writes"), interval.writes(), interval.seconds());
    }
    ObjectNode errors = line.putObject("errors");
    interval.errors().forEach(errors::put);
    return line;
  }

  private static void addLatencies(ObjectNode target, Histogram latencies, double seconds) {
    target.put("operations", latencies.getTotalCount());
    target.put("operationsPerSecond", Math.round(latencies.getTotalCount() / seconds));
    if (latencies.getTotalCount() > 0) {
      target.put("p50Micros", micros(latencies, 50)).put("p90Micros", micros(latencies, 90)).put("p99Micros", micros(latencies, 99))
          .put("p999Micros", micros(latencies, 99.9)).put("maxMicros", latencies.getMaxValue() / 1_000);
    }
  }

  private static long micros(Histogram latencies, double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1_000;
  }

  private void printRow(Workload workload, Meter.Interval interval) {
    if (!begun) {
      begun = true;
      out.printf(COLUMNS, "conns", "reads", "ops/s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "errors");
    }
    Histogram all = interval.all();
    String errors = interval.errors().isEmpty() ? "none"
        : interval.errors().entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).collect(Collectors.joining(", "));
    out.printf(COLUMNS, workload.outstanding(), Math.round(workload.readShare() * 100) + "%",
        "%,d".formatted(Math.round(all.getTotalCount() / interval.seconds())), millis(all, 50), millis(all, 90), millis(all, 99),
        millis(all, 99.9), millis(all, 100), errors);
  }

  private static String millis(Histogram latencies, double percentile) {
    return latencies.getTotalCount() == 0 ? "-"
        : String.format(Locale.ROOT, "%.2f", latencies.getValueAtPercentile(percentile) / 1e6);
  }

  /** The longest times without a success that a writer saw, the longest first. */
  void printGaps(Failover.Result result) {
    if (json) {
      ObjectNode line = JSON.createObjectNode();
      line.put("longestGapMillis", result.longestGap().toMillis()).put("secondLongestGapMillis", result.secondLongestGap().toMillis())
          .put("successes", result.successes()).put("failures", result.failures()).put("abandoned", result.abandoned())
          .put("recovered", result.recovered());
      out.println(line);
    } else {
      out.printf("longest gap without a successful write: %s (next longest %s); %,d written, %,d failed, %,d left behind%s%n",
          seconds(result.longestGap()), seconds(result.secondLongestGap()), result.successes(), result.failures(),
          result.abandoned(), result.recovered() ? "" : "; NOT recovered at the end");
    }
    out.flush();
  }

  private static String seconds(Duration gap) {
    return String.format(Locale.ROOT, "%.3f s", gap.toNanos() / 1e9);
  }
}
