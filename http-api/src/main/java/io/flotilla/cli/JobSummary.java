package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.mapreduce.Counters;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What became of a job, or how it stands: amounts, troubles, skew. */
final class JobSummary {
  private static final Set<String> OURS = Set.of(Counters.MAP_INPUT_RECORDS, Counters.MAP_INPUT_BYTES, Counters.MAP_OUTPUT_RECORDS,
      Counters.MAP_OUTPUT_BYTES, Counters.COMBINE_INPUT_RECORDS, Counters.COMBINE_OUTPUT_RECORDS, Counters.SPILLED_RECORDS,
      Counters.SPILLS, Counters.SHUFFLE_BYTES, Counters.REDUCE_INPUT_GROUPS, Counters.REDUCE_INPUT_RECORDS,
      Counters.REDUCE_OUTPUT_RECORDS, Counters.REDUCE_OUTPUT_BYTES, Counters.SKIPPED_RECORDS);

  private final JobView job;

  private JobSummary(JobView job) {
    this.job = job;
  }

  static void print(PrintWriter out, JobView job) {
    new JobSummary(job).print(out);
  }

  private void print(PrintWriter out) {
    out.println("%s %s: %s %s %s".formatted(job.id(), job.job(), job.state(), job.hasEnded() ? "after" : "for",
        Quantities.time(job.time(Instant.now()))));
    line(out, "map", map());
    line(out, "shuffle", Quantities.bytes(job.counter(Counters.SHUFFLE_BYTES)));
    line(out, "reduce", reduce());
    if (job.counter(Counters.SKIPPED_RECORDS) > 0) {
      line(out, "skipped", Quantities.count(job.counter(Counters.SKIPPED_RECORDS), "bad record"));
      job.json().path("skipped").forEach(bad -> line(out, "", "%s:%d in %s: %s".formatted(bad.path("source").asText(),
          bad.path("offset").asLong(), bad.path("task").asText(), bad.path("reason").asText())));
    }
    slowest().ifPresent(slowest -> line(out, "slowest", slowest));
    job.json().path("counters").properties().stream().filter(counter -> !OURS.contains(counter.getKey()))
        .forEach(counter -> line(out, "counter", "%s %s".formatted(counter.getKey(), number(counter.getValue().asLong()))));
    line(out, "output", job.output());
    job.failure().ifPresent(failure -> line(out, "failure", failure));
    out.flush();
  }

  private static void line(PrintWriter out, String name, String text) {
    out.println("  %-8s %s".formatted(name, text));
  }

  private String map() {
    List<String> parts = tasks(job.map());
    parts.add("%s of %s in".formatted(records(Counters.MAP_INPUT_RECORDS), Quantities.bytes(job.counter(Counters.MAP_INPUT_BYTES))));
    parts.add(records(Counters.MAP_OUTPUT_RECORDS) + " out");
    if (job.counter(Counters.COMBINE_INPUT_RECORDS) > 0) {
      parts.add("combined to " + number(job.counter(Counters.COMBINE_OUTPUT_RECORDS)));
    }
    parts.add("%s of %s".formatted(Quantities.count(job.counter(Counters.SPILLS), "spill"), records(Counters.SPILLED_RECORDS)));
    return String.join(", ", parts);
  }

  private String reduce() {
    List<String> parts = tasks(job.reduce());
    parts.add(Quantities.count(job.counter(Counters.REDUCE_INPUT_GROUPS), "group") + " of "
        + records(Counters.REDUCE_INPUT_RECORDS));
    parts.add("%s of %s out".formatted(records(Counters.REDUCE_OUTPUT_RECORDS), Quantities.bytes(job.counter(Counters.REDUCE_OUTPUT_BYTES))));
    return String.join(", ", parts);
  }

  private List<String> tasks(JobView.Phase phase) {
    List<String> parts = new ArrayList<>();
    parts.add(job.hasSucceeded() ? Quantities.count(phase.tasks(), "task")
        : "%d of %s done".formatted(phase.done(), Quantities.count(phase.tasks(), "task")));
    parts.add(Quantities.count(phase.retries(), "retry", "retries"));
    parts.add(Quantities.count(phase.backups(), "backup"));
    return parts;
  }

  private Optional<String> slowest() {
    JsonNode slowest = job.json().path("slowest").path(0);
    if (slowest.isMissingNode()) {
      return Optional.empty();
    }
    long millis = slowest.path("millis").asLong();
    long medianMillis = slowest.path("medianMillis").asLong();
    return Optional.of(String.format(Locale.ROOT, "%s on %s: %s, %.1f times the median", slowest.path("task").asText(),
        slowest.path("node").asText(), Quantities.time(Duration.ofMillis(millis)), millis / (double) Math.max(1, medianMillis)));
  }

  private String records(String counter) {
    return Quantities.count(job.counter(counter), "record");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
