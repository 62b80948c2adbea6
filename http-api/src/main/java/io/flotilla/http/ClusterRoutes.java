package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.kv.registry.ClusterAdmin;
import io.flotilla.kv.registry.ClusterAdmin.GroupView;
import io.flotilla.kv.registry.ClusterAdmin.NodeView;
import io.flotilla.kv.registry.ClusterAdmin.ReplicaView;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Location;

/** {@code /v1/cluster} and {@code /v1/groups}: what operators see and change. */
final class ClusterRoutes {
  /** Largest JSON body of an operator's request: a list of nodes. */
  private static final long MAX_BODY_BYTES = 64 * 1024;

  private final ClusterAdmin admin;
  private final Bodies bodies;

  ClusterRoutes(ClusterAdmin admin, Bodies bodies) {
    this.admin = admin;
    this.bodies = bodies;
  }

  CompletionStage<HttpResponse> cluster(Call call) {
    call.query();
    return admin.nodes().thenCombine(admin.groups(), (nodes, groups) -> Answers.json(Json.write(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("nodes");
      for (NodeView node : nodes) {
        writeNode(json, node);
      }
      json.writeEndArray();
      writeGroups(json, groups);
      json.writeEndObject();
    })));
  }

  CompletionStage<HttpResponse> groups(Call call) {
    call.query();
    return admin.groups().thenApply(groups -> Answers.json(Json.write(json -> {
      json.writeStartObject();
      writeGroups(json, groups);
      json.writeEndObject();
    })));
  }

  CompletionStage<HttpResponse> group(Call call) {
    call.query();
    String groupId = groupId(call);
    return admin.groups().thenApply(groups -> groups.stream()
        .filter(group -> group.id().equals(groupId))
        .findFirst()
        .map(group -> Answers.json(Json.write(json -> writeGroup(json, group))))
        .orElseGet(() -> Answers.problem(noGroup(groupId, groups))));
  }

  /** Of a node that has just started and reached nobody, an empty list says nothing: {@code meta} is always there. */
  private static Problem noGroup(String groupId, List<GroupView> groups) {
    return groups.isEmpty()
        ? Problem.unavailable("group '%s': this node has not heard yet which groups there are".formatted(groupId), 1)
        : Problem.of(Problem.Kind.NOT_FOUND,
            "group '%s': there is none, there are %s".formatted(groupId, groups.stream().map(GroupView::id).toList()));
  }

  CompletionStage<HttpResponse> add(Call call) {
    return change(call, body -> {
      body.checkNames(List.of("id", "replicas"));
      String groupId = body.string("id");
      if (groupId.isBlank()) {
        throw body.refused("id", "blank, allowed is a name");
      }
      NavigableSet<String> replicas = nodes(body, "replicas", true);
      HttpResponse created = Answers.json(Json.write(json -> {
        json.writeStartObject();
        json.writeStringField("id", groupId);
        writeStrings(json, "replicas", replicas);
        json.writeEndObject();
      })).withStatus(201).addHeader(Location.create("/v1/groups/" + PercentEncoding.encode(groupId)));
      return admin.addGroup(groupId, replicas).thenApply(reply -> Answers.of(reply, created));
    });
  }

  CompletionStage<HttpResponse> remove(Call call) {
    call.query();
    String groupId = groupId(call);
    return admin.removeGroup(groupId).thenApply(reply -> Answers.of(reply, Answers.json(Json.write(json -> {
      json.writeStartObject();
      json.writeStringField("id", groupId);
      json.writeBooleanField("removed", true);
      json.writeEndObject();
    }))));
  }

  CompletionStage<HttpResponse> leader(Call call) {
    String groupId = groupId(call);
    return change(call, body -> {
      body.checkNames(List.of("node"));
      String node = body.string("node");
      return admin.transferLeadership(groupId, node).thenApply(reply -> Answers.of(reply, Answers.json(Json.write(json -> {
        json.writeStartObject();
        json.writeStringField("id", groupId);
        json.writeStringField("leader", node);
        json.writeEndObject();
      }))));
    });
  }

  CompletionStage<HttpResponse> members(Call call) {
    String groupId = groupId(call);
    return change(call, body -> {
      body.checkNames(List.of("voters", "learners"));
      NavigableSet<String> voters = nodes(body, "voters", true);
      NavigableSet<String> learners = nodes(body, "learners", false);
      learners.stream().filter(voters::contains).findFirst().ifPresent(both -> {
        throw body.refused("learners", "'%s' is among the voters, allowed is a node in one of the lists".formatted(both));
      });
      return admin.changeMembers(groupId, voters, learners).thenApply(reply ->
          Answers.of(reply, Answers.json(Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("id", groupId);
            writeStrings(json, "voters", voters);
            writeStrings(json, "learners", learners);
            json.writeEndObject();
          }))));
    });
  }

  private CompletionStage<HttpResponse> change(Call call, Function<JsonFields, CompletionStage<HttpResponse>> use) {
    call.query();
    call.checkJson();
    return bodies.read(call.request(), "body", MAX_BODY_BYTES, body -> use.apply(JsonFields.of("", Json.parse(body))));
  }

  private static String groupId(Call call) {
    String groupId = call.target().text(2, "group");
    if (groupId.isBlank()) {
      throw Problem.badRequest("group: blank, allowed is a name").refused();
    }
    return groupId;
  }

  private static NavigableSet<String> nodes(JsonFields body, String name, boolean required) {
    List<String> listed = body.strings(name, required);
    NavigableSet<String> nodes = new TreeSet<>(listed);
    if (required && nodes.isEmpty()) {
      throw body.refused(name, "empty, allowed is one node or more");
    }
    if (nodes.size() < listed.size()) {
      throw body.refused(name, "a node is named twice, allowed is once");
    }
    return nodes;
  }

  private static void writeNode(JsonGenerator json, NodeView node) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", node.id());
    json.writeStringField("address", node.address());
    json.writeStringField("http", node.http().orElse(null));
    json.writeStringField("state", node.state());
    writeStrings(json, "groups", node.groups());
    json.writeNumberField("shards", node.shards());
    json.writeEndObject();
  }

  private static void writeGroups(JsonGenerator json, List<GroupView> groups) throws IOException {
    json.writeArrayFieldStart("groups");
    for (GroupView group : groups) {
      writeGroup(json, group);
    }
    json.writeEndArray();
  }

  private static void writeGroup(JsonGenerator json, GroupView group) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", group.id());
    json.writeStringField("leader", group.leader().orElse(null));
    json.writeNumberField("term", group.term());
    writeStrings(json, "voters", group.voters());
    writeStrings(json, "learners", group.learners());
    json.writeArrayFieldStart("replicas");
    for (ReplicaView replica : group.replicas()) {
      writeReplica(json, replica);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeReplica(JsonGenerator json, ReplicaView replica) throws IOException {
    json.writeStartObject();
    json.writeStringField("node", replica.node());
    json.writeStringField("role", replica.role());
    json.writeNumberField("term", replica.term());
    json.writeNumberField("commitIndex", replica.commitIndex());
    json.writeNumberField("lastApplied", replica.lastApplied());
    json.writeNumberField("lastIndex", replica.lastIndex());
    json.writeNumberField("snapshotIndex", replica.snapshotIndex());
    json.writeEndObject();
  }

  private static void writeStrings(JsonGenerator json, String name, Collection<String> strings) throws IOException {
    json.writeArrayFieldStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }
}
