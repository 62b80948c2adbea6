package io.flotilla.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.Map;

/** What {@code flotilla.remoting} means in the words of Pekko's Artery. */
final class RemotingConfig {
  private static final String ARTERY = "pekko.remote.artery.";
  private static final String SSL = ARTERY + "ssl.config-ssl-engine.";

  private RemotingConfig() {}

  static Config of(Config config) {
    Config remoting = config.getConfig("flotilla.remoting");
    Map<String, Object> settings = new HashMap<>();
    settings.put(ARTERY + "canonical.hostname", remoting.getString("host"));
    settings.put(ARTERY + "canonical.port", remoting.getValue("port").unwrapped());
    String keyStore = remoting.getString("tls.key-store");
    if (!keyStore.isEmpty()) {
      settings.put(ARTERY + "transport", "tls-tcp");
      settings.put(SSL + "key-store", keyStore);
      settings.put(SSL + "key-store-password", remoting.getString("tls.password"));
      settings.put(SSL + "key-password", remoting.getString("tls.password"));
      settings.put(SSL + "trust-store", remoting.getString("tls.trust-store"));
      settings.put(SSL + "trust-store-password", remoting.getString("tls.trust-store-password"));
      settings.put(SSL + "require-mutual-authentication", "on");
    }
    return ConfigFactory.parseMap(settings);
  }
}
