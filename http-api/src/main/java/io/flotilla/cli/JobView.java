package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A MapReduce job as a node tells it. */
record JobView(JsonNode json) {
  /** One half of a job. */
  record Phase(String name, int tasks, int done, double fraction, int retries, int backups) {}

  String id() {
    return json.path("id").asText();
  }

  String job() {
    return json.path("job").asText();
  }

  String output() {
    return json.path("output").asText();
  }

  String state() {
    return json.path("state").asText();
  }

  boolean hasEnded() {
    return json.hasNonNull("ended");
  }

  boolean hasSucceeded() {
    return state().equals("succeeded");
  }

  Optional<String> failure() {
    return Optional.ofNullable(json.path("failure").asText(null));
  }

  Phase map() {
    return phase("map");
  }

  Phase reduce() {
    return phase("reduce");
  }

  private Phase phase(String name) {
    JsonNode phase = json.path(name);
    return new Phase(name, phase.path("tasks").asInt(), phase.path("done").asInt(), phase.path("fraction").asDouble(),
        phase.path("retries").asInt(), phase.path("backups").asInt());
  }

  long counter(String name) {
    return json.path("counters").path(name).asLong();
  }

  Instant submitted() {
    return Instant.parse(json.path("submitted").asText());
  }

  /** From submission to end, or to now. */
  Duration time(Instant now) {
    return Duration.between(submitted(), hasEnded() ? Instant.parse(json.path("ended").asText()) : now);
  }
}
