package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.cli.Endpoints.Request;
import io.flotilla.kv.registry.RegistryAdmin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flotilla groups}: Raft groups, their members and leaders. */
@Command(name = "groups", mixinStandardHelpOptions = true, description = "Shows and changes Raft groups.")
final class GroupsCommand implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Nodes say by their own limit what they know by then. */
  private static final Duration CHANGE = RegistryAdmin.CHANGE_LIMIT.plusSeconds(10);

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing: list, members or transfer.");
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows groups with their leaders and replicas.")
  int list(@Mixin EndpointOptions endpoints, @Option(names = "--json", description = "print JSON") boolean json)
      throws IOException {
    JsonNode groups = Endpoints.ok(endpoints.open().send(Request.get("/v1/groups")));
    if (json) {
      spec.commandLine().getOut().println(groups);
    } else {
      Tables.groups(groups).print(spec.commandLine().getOut());
    }
    return 0;
  }

  @Command(name = "members", mixinStandardHelpOptions = true,
      description = "Changes who belongs to a group; returns once the new membership is in force, or after a minute.")
  int members(@Mixin EndpointOptions endpoints, @Parameters(paramLabel = "GROUP") String group,
      @Option(names = "--voters", required = true, split = ",", paramLabel = "NODE", description = "who decides") List<String> voters,
      @Option(names = "--learners", split = ",", paramLabel = "NODE", description = "who holds a copy only") List<String> learners)
      throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.set("voters", JSON.valueToTree(voters));
    body.set("learners", JSON.valueToTree(learners == null ? List.of() : learners));
    return change(endpoints, "/v1/groups/" + Endpoints.encode(group) + "/members", "PUT", body);
  }

  @Command(name = "transfer", mixinStandardHelpOptions = true, description = "Hands a group's leadership to a node.")
  int transfer(@Mixin EndpointOptions endpoints, @Parameters(paramLabel = "GROUP") String group,
      @Parameters(paramLabel = "NODE") String node) throws IOException {
    return change(endpoints, "/v1/groups/" + Endpoints.encode(group) + "/leader", "POST", JSON.createObjectNode().put("node", node));
  }

  private static int change(EndpointOptions endpoints, String path, String method, ObjectNode body)
      throws IOException {
    Endpoints.Answer answer = endpoints.open(CHANGE)
        .send(new Request(method, path, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(body)));
    if (!answer.isOk()) {
      throw new CommandFailedException(answer.problem());
    }
    return 0;
  }
}
