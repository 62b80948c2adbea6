package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsTest {
  private static final Config OPERATOR = ConfigFactory.parseString("""
      flotilla.node.id = n1
      flotilla.persistence.directory = /data/n1
      flotilla.cluster.initial-nodes = [{ id = n1, host = 127.0.0.1, port = 7355 }, { id = n2, host = 127.0.0.1, port = 7356 }]
      flotilla.cluster.contacts = [{ id = n4, host = 127.0.0.1, port = 7358 }]
      """);

  @Test
  void aFounderBeginsWithMetaAndTheStoreAndKnowsAllOthers() {
    NodeSettings settings = NodeSettings.from(OPERATOR);
    assertThat(settings.founding()).containsOnlyKeys("meta", "g1").containsValue(new TreeSet<>(List.of("n1", "n2")));
    assertThat(settings.contacts()).extracting("id").containsExactly("n1", "n2", "n4");
    assertThat(settings.self().address()).isEqualTo("127.0.0.1:7355");
    assertThat(settings.config().getInt("pekko.remote.artery.canonical.port")).isEqualTo(7355);
  }

  @Test
  void aNodeThatIsAddedFoundsNothing() {
    assertThat(NodeSettings.from(with("flotilla.node.id = n4")).founding()).isEmpty();
    assertThat(NodeSettings.from(with("flotilla.cluster.bootstrap = off")).founding()).isEmpty();
  }

  @Test
  void moreGroupsAreFoundedWhenAskedFor() {
    assertThat(NodeSettings.from(with("flotilla.cluster.groups = 3")).founding()).containsOnlyKeys("meta", "g1", "g2", "g3");
  }

  @Test
  void aNodeThatListensOnAllAddressesIsReachedWhereItsActorSystemIs() {
    assertThat(NodeSettings.from(with("flotilla { insecure = on, remoting.host = 10.0.0.1, http.host = 0.0.0.0 }")).httpUrl())
        .isEqualTo("http://10.0.0.1:8080");
    assertThat(NodeSettings.from(with("flotilla { insecure = on, remoting.host = 10.0.0.1, http.host = 10.0.0.2 }")).httpUrl())
        .isEqualTo("http://10.0.0.2:8080");
  }

  @ParameterizedTest(name = "{0} = {1}: the message names both and what is allowed, {2}")
  @CsvSource({
      "flotilla.node.id, N1, lower-case",
      "flotilla.cluster.groups, 0, from 1 to 64",
      "flotilla.cluster.groups, many, from 1 to 64",
      "flotilla.cluster.bootstrap, perhaps, on or off",
      "flotilla.cluster.initial-nodes, n1, a list",
      "flotilla.cluster.registry-poll-interval, 1 ms, from 10",
      "flotilla.remoting.port, 70000, to 65535",
      "flotilla.http.port, 0, from 1",
      "flotilla.persistence.fsync, sometimes, always",
      "flotilla.raft.heartbeat-interval, soon, a positive time",
      "flotilla.kv.max-value-size, 0, from 1"})
  void aValueThatCannotWorkIsNamed(String key, String value, String allowed) {
    assertThatThrownBy(() -> NodeSettings.from(with("%s = \"%s\"".formatted(key, value))))
        .hasMessageContaining(key).hasMessageContaining(value).hasMessageContaining(allowed);
  }

  @ParameterizedTest(name = "{0} does not fit {1}: both are named")
  @CsvSource({
      "flotilla.kv.max-value-size = 2 MiB, flotilla.raft.max-command-size",
      "flotilla.raft.max-command-size = 8 MiB, pekko.remote.artery.advanced.maximum-large-frame-size",
      "'flotilla { kv.max-value-size = 2 MiB, raft.max-command-size = 3 MiB }', pekko.remote.artery.advanced.maximum-frame-size"})
  void whatIsTakenInFitsTheMessagesThatCarryIt(String setting, String holder) {
    assertThatThrownBy(() -> NodeSettings.from(with(setting))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(setting.contains("raft") && !setting.contains("kv") ? "flotilla.raft.max-command-size" : "flotilla.kv.max-value-size")
        .hasMessageContaining(holder);
  }

  @Test
  void largerFramesHoldLargerValues() {
    NodeSettings settings = NodeSettings.from(with("""
        flotilla { kv.max-value-size = 4 MiB, raft.max-command-size = 5 MiB }
        pekko.remote.artery.advanced { maximum-frame-size = 5 MiB, maximum-large-frame-size = 8 MiB }"""));
    assertThat(settings.kv().bounds().maxValueBytes()).isEqualTo(4 << 20);
  }

  @Test
  void aKeyThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> NodeSettings.from(with("flotilla.raft.heartbeet-interval = 50 ms")))
        .hasMessageContaining("flotilla.raft.heartbeet-interval");
  }

  @ParameterizedTest(name = "{0} is refused without TLS")
  @CsvSource({"flotilla.remoting.host", "flotilla.http.host"})
  void theNetworkSeesAnOpenPortOnlyOnRequest(String key) {
    String open = key + " = 0.0.0.0";
    assertThatThrownBy(() -> NodeSettings.from(with(open))).hasMessageContaining(key).hasMessageContaining("flotilla.insecure = on");
    assertThat(NodeSettings.from(with(open + "\nflotilla.insecure = on"))).isNotNull();
  }

  private static Config with(String more) {
    return ConfigFactory.parseString(more).withFallback(OPERATOR);
  }
}
