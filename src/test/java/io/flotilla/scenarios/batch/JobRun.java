package io.flotilla.scenarios.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.scenarios.cluster.Await;
import io.flotilla.scenarios.cluster.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A job on a cluster, submitted and watched over HTTP by way of whichever node lives. */
public final class JobRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JOBS = "/v1/mapreduce/jobs";

  private final LocalCluster cluster;
  private final String id;
  private final Path output;

  private JobRun(LocalCluster cluster, String id, Path output) {
    this.cluster = cluster;
    this.id = id;
    this.output = output;
  }

  /** A job to submit. */
  public static ObjectNode job(String name, Path output, int reducers, String... input) {
    ObjectNode job = JSON.createObjectNode().put("job", name).put("output", output.toString()).put("reducers", reducers);
    ArrayNode globs = job.putArray("input");
    Stream.of(input).forEach(globs::add);
    return job;
  }

  /** A job of {@link io.flotilla.scenarios.jobs}. */
  public static ObjectNode job(Class<?> type, Path jar, Path output, int reducers, Map<String, String> params, String... input) {
    ObjectNode job = job(type.getName(), output, reducers, input).put("jar", jar.toString());
    job.set("params", JSON.valueToTree(params));
    return job;
  }

  public static JobRun submit(LocalCluster cluster, ObjectNode job) {
    JsonNode accepted = Await.value("the job is accepted", () -> {
      HttpResponse<String> response = post(cluster, job);
      if (response.statusCode() == 400 || response.statusCode() == 409) {
        throw new AssertionError(response.body());
      }
      return response.statusCode() == 202 ? Optional.of(JSON.readTree(response.body())) : Optional.empty();
    });
    return new JobRun(cluster, accepted.path("id").asText(), Path.of(job.path("output").asText()));
  }

  /** The answer to a submission. */
  public static HttpResponse<String> post(LocalCluster cluster, ObjectNode job) throws IOException {
    return cluster.sendJson(cluster.aliveIds().getFirst(), "POST", JOBS, job.toString());
  }

  public String id() {
    return id;
  }

  public JsonNode status() throws IOException {
    return JSON.readTree(cluster.get(cluster.aliveIds().getLast(), JOBS + "/" + id).body());
  }

  /** Waits until the job is as it should be, or over. */
  public JsonNode await(String what, Predicate<JsonNode> holds) {
    return Await.value(id + ": " + what, () -> {
      JsonNode job = status();
      return holds.test(job) || job.hasNonNull("ended") ? Optional.of(job) : Optional.empty();
    });
  }

  public JsonNode awaitEnd() {
    return await("ends", _ -> false);
  }

  public JsonNode awaitSuccess() {
    JsonNode job = awaitEnd();
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("succeeded");
    assertThat(output.resolve("_SUCCESS")).exists();
    return job;
  }

  public JsonNode awaitFailure(String... because) {
    JsonNode job = awaitEnd();
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("failed");
    assertThat(job.path("failure").asText()).contains(because);
    return job;
  }

  /** The lines of all parts, sorted as text. */
  public List<String> output() {
    return output(output);
  }

  public static List<String> output(Path folder) {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> parts = Files.list(folder)) {
      for (Path part : parts.filter(path -> path.getFileName().toString().startsWith("part-r-")).toList()) {
        lines.addAll(Files.readAllLines(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines.stream().sorted().toList();
  }
}
