package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.BadRecord;
import io.flotilla.mapreduce.client.JobStatus.PhaseStatus;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** A MapReduce job as the contract shows it. */
final class JobJson {
  private JobJson() {}

  static void write(JsonGenerator json, JobStatus job) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", job.id());
    writeSpec(json, job.spec());
    json.writeStringField("state", job.state().name().toLowerCase(Locale.ROOT));
    json.writeStringField("coordinator", job.coordinator().orElse(null));
    json.writeStringField("submitted", time(job.submittedMillis()));
    json.writeStringField("ended", job.endedMillis().map(JobJson::time).orElse(null));
    writePhase(json, "map", job.map());
    writePhase(json, "reduce", job.reduce());
    json.writeObjectFieldStart("counters");
    for (Map.Entry<String, Long> counter : job.counters().values().entrySet()) {
      json.writeNumberField(counter.getKey(), counter.getValue());
    }
    json.writeEndObject();
    json.writeStringField("failure", job.failure().orElse(null));
    writeSlowest(json, job);
    writeSkipped(json, job);
    json.writeEndObject();
  }

  private static void writeSpec(JsonGenerator json, JobSpec spec) throws IOException {
    json.writeStringField("job", spec.job());
    json.writeArrayFieldStart("input");
    for (String glob : spec.input()) {
      json.writeString(glob);
    }
    json.writeEndArray();
    json.writeStringField("output", spec.output());
    json.writeNumberField("reducers", spec.reducers());
    json.writeObjectFieldStart("params");
    for (Map.Entry<String, String> parameter : spec.params().entrySet()) {
      json.writeStringField(parameter.getKey(), parameter.getValue());
    }
    json.writeEndObject();
    json.writeStringField("jar", spec.jar().orElse(null));
  }

  private static void writePhase(JsonGenerator json, String name, PhaseStatus phase) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("tasks", phase.tasks());
    json.writeNumberField("idle", phase.idle());
    json.writeNumberField("inProgress", phase.inProgress());
    json.writeNumberField("done", phase.done());
    json.writeNumberField("fraction", phase.fraction());
    json.writeNumberField("retries", phase.retries());
    json.writeNumberField("backups", phase.backups());
    json.writeEndObject();
  }

  private static void writeSlowest(JsonGenerator json, JobStatus job) throws IOException {
    json.writeArrayFieldStart("slowest");
    for (SlowTask task : job.slowest()) {
      json.writeStartObject();
      json.writeStringField("task", task.task());
      json.writeStringField("node", task.node());
      json.writeNumberField("millis", task.millis());
      json.writeNumberField("medianMillis", task.medianMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeSkipped(JsonGenerator json, JobStatus job) throws IOException {
    json.writeArrayFieldStart("skipped");
    for (BadRecord bad : job.badRecords()) {
      json.writeStartObject();
      json.writeStringField("task", bad.task());
      json.writeStringField("source", bad.at().source());
      json.writeNumberField("offset", bad.at().offsetBytes());
      json.writeStringField("reason", bad.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** RFC 3339, in UTC. */
  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
