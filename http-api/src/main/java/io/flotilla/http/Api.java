package io.flotilla.http;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawRequestURI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to the handler of its route, and from whatever becomes of it to a response. */
final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final KvRoutes kv;
  private final ClusterRoutes cluster;
  private final JobRoutes jobs;
  private final OperationsRoutes operations;
  private final Bodies bodies;
  private final HttpMetrics metrics;

  Api(KvRoutes kv, ClusterRoutes cluster, JobRoutes jobs, OperationsRoutes operations, Bodies bodies, HttpMetrics metrics) {
    this.kv = kv;
    this.cluster = cluster;
    this.jobs = jobs;
    this.operations = operations;
    this.bodies = bodies;
    this.metrics = metrics;
  }

  /** Answers, whatever happens: the stage never completes exceptionally. */
  CompletionStage<HttpResponse> handle(HttpRequest request) {
    long startedNanos = System.nanoTime();
    String method = method(request);
    Target target = Target.parse(rawTarget(request));
    Route route = Route.of(target).orElse(null);
    CompletionStage<HttpResponse> answer;
    try {
      answer = dispatch(request, method, target, route).exceptionallyCompose(failure -> failed(request, failure));
    } catch (RefusedException refused) {
      answer = refuse(request, refused.problem());
    } catch (RuntimeException bug) {
      answer = failed(request, bug);
    }
    return answer.thenApply(response -> {
      metrics.answered(route, method, response.status().intValue(), startedNanos);
      return response;
    });
  }

  /** Answers with a problem, once the client is likely to listen. */
  CompletionStage<HttpResponse> refuse(HttpRequest request, Problem problem) {
    HttpResponse response = Answers.problem(problem);
    return bodies.discard(request).thenApply(_ -> response);
  }

  private CompletionStage<HttpResponse> dispatch(HttpRequest request, String method, Target target, Route route) {
    if (route == null) {
      throw Problem.of(Problem.Kind.NOT_FOUND,
          "path: there is nothing at it; a key in a path is one segment, where / is written %2F").refused();
    }
    if (!route.allows(method)) {
      throw Problem.methodNotAllowed("method %s: %s allows %s".formatted(method, route.template(), route.allow()), route.allow())
          .refused();
    }
    Call call = new Call(route, method, target, request);
    if (route.takesBody(method) || request.entity().isStrict()) {
      return carryOut(call);
    }
    return bodies.discard(request).thenCompose(_ -> carryOut(call));
  }

  private CompletionStage<HttpResponse> carryOut(Call call) {
    return switch (call.route()) {
      case KEY -> switch (call.method()) {
        case "PUT" -> kv.put(call);
        case "DELETE" -> kv.delete(call);
        default -> kv.get(call);
      };
      case APPEND -> kv.append(call);
      case SCAN -> kv.scan(call);
      case BATCH -> kv.batch(call);
      case CLUSTER -> cluster.cluster(call);
      case GROUPS -> call.method().equals("POST") ? cluster.add(call) : cluster.groups(call);
      case GROUP -> call.method().equals("DELETE") ? cluster.remove(call) : cluster.group(call);
      case LEADER -> cluster.leader(call);
      case MEMBERS -> cluster.members(call);
      case JOBS -> call.method().equals("POST") ? jobs.submit(call) : jobs.list(call);
      case JOB -> call.method().equals("DELETE") ? jobs.cancel(call) : jobs.status(call);
      case LIVEZ -> operations.livez(call);
      case READYZ -> operations.readyz(call);
      case METRICS -> operations.metrics(call);
    };
  }

  private CompletionStage<HttpResponse> failed(HttpRequest request, Throwable failure) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    if (cause instanceof RefusedException refused) {
      return refuse(request, refused.problem());
    }
    LOG.error("a {} request failed inside the node", request.method().value(), cause);
    return refuse(request, Problem.internalError());
  }

  private static String method(HttpRequest request) {
    String method = request.method().value();
    return method.equals("HEAD") ? "GET" : method;
  }

  private static String rawTarget(HttpRequest request) {
    return request.getHeader(RawRequestURI.class).map(RawRequestURI::uri).orElse("/");
  }
}
