package io.flotilla.http;

import java.util.List;
import java.util.Optional;

/** Every path of the contract, with the methods it knows. */
enum Route {
  KEY("/v1/kv/{key}", "GET", "PUT", "DELETE"),
  APPEND("/v1/kv/{key}/append", "POST"),
  SCAN("/v1/kv", "GET"),
  BATCH("/v1/batch", "POST"),
  CLUSTER("/v1/cluster", "GET"),
  GROUPS("/v1/groups", "GET", "POST"),
  GROUP("/v1/groups/{group}", "GET", "DELETE"),
  LEADER("/v1/groups/{group}/leader", "POST"),
  MEMBERS("/v1/groups/{group}/members", "PUT"),
  JOBS("/v1/mapreduce/jobs", "GET", "POST"),
  JOB("/v1/mapreduce/jobs/{job}", "GET", "DELETE"),
  LIVEZ("/livez", "GET"),
  READYZ("/readyz", "GET"),
  METRICS("/metrics", "GET");

  private final String template;
  @SuppressWarnings("ImmutableEnumChecker")   // List.of is immutable, which its type does not say
  private final List<String> methods;

  Route(String template, String... methods) {
    this.template = template;
    this.methods = List.of(methods);
  }

  /** The route of a path. */
  static Optional<Route> of(Target target) {
    List<String> path = target.segments();
    return Optional.ofNullable(switch (path.size()) {
      case 1 -> operations(path.getFirst());
      case 2, 3, 4 -> path.getFirst().equals("v1") ? version1(path) : null;
      default -> null;
    });
  }

  private static Route operations(String name) {
    return switch (name) {
      case "livez" -> LIVEZ;
      case "readyz" -> READYZ;
      case "metrics" -> METRICS;
      default -> null;
    };
  }

  private static Route version1(List<String> path) {
    String last = path.getLast();
    return switch (path.get(1)) {
      case "kv" -> switch (path.size()) {
        case 2 -> SCAN;
        case 3 -> KEY;
        default -> last.equals("append") ? APPEND : null;
      };
      case "groups" -> switch (path.size()) {
        case 2 -> GROUPS;
        case 3 -> GROUP;
        default -> last.equals("leader") ? LEADER : last.equals("members") ? MEMBERS : null;
      };
      case "mapreduce" -> path.size() == 2 || !path.get(2).equals("jobs") ? null : path.size() == 3 ? JOBS : JOB;
      case "batch" -> path.size() == 2 ? BATCH : null;
      case "cluster" -> path.size() == 2 ? CLUSTER : null;
      default -> null;
    };
  }

  String template() {
    return template;
  }

  /** Whether it knows that method; HEAD is a GET whose body stays here. */
  boolean allows(String method) {
    return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
  }

  /** Whether a request by that method has a body that is read. */
  boolean takesBody(String method) {
    return method.equals("PUT") || method.equals("POST");
  }

  /** As the {@code Allow} header lists them. */
  String allow() {
    String all = String.join(", ", methods);
    return methods.contains("GET") ? all.replace("GET", "GET, HEAD") : all;
  }
}
