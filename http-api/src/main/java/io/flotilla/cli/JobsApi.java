package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.cli.Endpoints.Answer;
import io.flotilla.cli.Endpoints.Request;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Jobs over HTTP, asked for with patience: while a job runs nodes come and go, and for a while nobody may coordinate. */
final class JobsApi {
  private static final String PATH = "/v1/mapreduce/jobs";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int UNAVAILABLE = 503;
  private static final int OUTCOME_UNKNOWN = 504;

  private final Endpoints endpoints;

  JobsApi(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  /** Submits a job once, however often that has to be sent. */
  JobView submit(ObjectNode job, Duration patience) throws IOException, InterruptedException {
    Request request = new Request("POST", PATH, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(job)).withSession();
    return new JobView(ask(request, patience));
  }

  JobView status(String id, Duration patience) throws IOException, InterruptedException {
    return new JobView(ask(Request.get(path(id)), patience));
  }

  /** Ends a job, and waits as long for its attempts and its output to be gone. */
  JobView cancel(String id, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    JobView job = new JobView(ask(new Request("DELETE", path(id), Map.of(), new byte[0]), patience));
    while (!job.hasEnded() && System.nanoTime() - deadline < 0) {
      Pause.of(PAUSE);
      job = status(id, patience);
    }
    return job;
  }

  JsonNode list(Duration patience) throws IOException, InterruptedException {
    return ask(Request.get(PATH), patience);
  }

  private static String path(String id) {
    return PATH + '/' + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Asks again as long as the answer is "not now" or there is none; all that is sent here may be sent again. */
  private JsonNode ask(Request request, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        Answer answer = endpoints.send(request);
        boolean again = answer.status() == UNAVAILABLE || answer.status() == OUTCOME_UNKNOWN;
        if (!again || System.nanoTime() - deadline > 0) {
          return Endpoints.ok(answer);
        }
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      Pause.of(PAUSE);
    }
  }
}
