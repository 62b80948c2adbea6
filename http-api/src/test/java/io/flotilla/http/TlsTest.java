package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.node.KeyStores;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with the key that the configuration names. */
class TlsTest {
  @TempDir
  private Path folder;

  @Test
  void whoTrustsTheCertificateIsServedAndNobodyElse() throws Exception {
    Path keyStore = KeyStores.create(folder.resolve("http.p12"));
    try (TestServer server = new TestServer("flotilla.http.tls { key-store = \"%s\", password = %s }"
        .formatted(keyStore, KeyStores.PASSWORD)); HttpClient trusting = HttpClient.newBuilder().sslContext(trusting(keyStore)).build();
        HttpClient stranger = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:%d/livez".formatted(server.port()))).build();
      assertThat(trusting.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> stranger.send(request, BodyHandlers.ofString())).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> server.get("/livez")).as("without TLS").hasRootCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void aKeyStoreThatCannotBeReadIsNamed() {
    Path missing = folder.resolve("missing.p12");
    assertThatThrownBy(() -> new TestServer("flotilla.http.tls { key-store = \"%s\", password = x }".formatted(missing)))
        .hasMessageContaining("flotilla.http.tls.key-store").hasMessageContaining(missing.toString());
  }

  @Test
  void aWrongPasswordIsSaidToBeWrong() throws Exception {
    Path keyStore = KeyStores.create(folder.resolve("http.p12"));
    assertThatThrownBy(() -> new TestServer("flotilla.http.tls { key-store = \"%s\", password = wrong }".formatted(keyStore)))
        .hasMessageContaining("flotilla.http.tls").hasMessageContaining(keyStore.toString());
  }

  private static SSLContext trusting(Path keyStore) throws GeneralSecurityException, IOException {
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(KeyStore.getInstance(keyStore.toFile(), KeyStores.PASSWORD.toCharArray()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
