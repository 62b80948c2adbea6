package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.flotilla.node.KeyStores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to a node with HTTPS, which a small server plays. */
class HttpsEndpointTest {
  private static final byte[] WRITTEN = "{\"version\":3,\"revision\":17}".getBytes(StandardCharsets.UTF_8);

  private final CapturedCommandLine flotilla = new CapturedCommandLine();
  private Path keyStore;
  private HttpsServer node;

  @TempDir
  private Path folder;

  @BeforeEach
  void startNode() throws Exception {
    keyStore = KeyStores.create(folder.resolve("node.p12"));
    node = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.setHttpsConfigurator(new HttpsConfigurator(serving(keyStore)));
    node.createContext("/v1/kv/greeting", exchange -> {
      exchange.sendResponseHeaders(200, WRITTEN.length);
      exchange.getResponseBody().write(WRITTEN);
      exchange.close();
    });
    node.start();
  }

  @AfterEach
  void stopNode() {
    node.stop(0);
  }

  @Test
  void aNodeWhoseCertificateIsNamedIsAsked() throws Exception {
    Path certificate = KeyStores.certificate(keyStore, folder.resolve("node.pem"));
    assertThat(put("--cacert", certificate.toString())).isZero();
    assertThat(flotilla.out().strip()).isEqualTo("version 3 revision 17");
  }

  @Test
  void ofANodeThatNobodyVouchesForItIsSaidWhy() {
    assertThat(put()).isEqualTo(1);
    assertThat(flotilla.err()).contains(url() + ": no secure connection", "certification path", "--cacert");
  }

  @Test
  void anothersCertificateVouchesForNobodyElse() throws Exception {
    Path other = KeyStores.certificate(KeyStores.create(folder.resolve("other.p12")), folder.resolve("other.pem"));
    assertThat(put("--cacert", other.toString())).isEqualTo(1);
    assertThat(flotilla.err()).contains("no secure connection");
  }

  @Test
  void aFileWithoutCertificatesIsNamed() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    assertThat(put("--cacert", empty.toString())).isEqualTo(2);
    assertThat(flotilla.err()).contains("--cacert", empty.toString(), "it has none");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing.pem");
    assertThat(put("--cacert", missing.toString())).isEqualTo(2);
    assertThat(flotilla.err()).contains("--cacert", missing.toString(), "NoSuchFile");
  }

  @Test
  void loadIsNotPutOnIt() {
    assertThat(flotilla.run("bench", "--endpoint", url())).isEqualTo(2);
    assertThat(flotilla.err()).contains(url(), "without TLS");
  }

  @Test
  void upSaysThatItsNodesAreNone() {
    assertThat(flotilla.run("up", "--data", folder.resolve("data").toString(), "-Dflotilla.http.tls.key-store=" + keyStore)).isEqualTo(2);
    assertThat(flotilla.err()).contains("flotilla.http.tls.key-store", "plain HTTP");
  }

  private int put(String... more) {
    List<String> arguments = new ArrayList<>(List.of("kv", "put", "greeting", "hello", "--endpoint", url()));
    arguments.addAll(List.of(more));
    return flotilla.run(arguments.toArray(String[]::new));
  }

  private String url() {
    return "https://127.0.0.1:" + node.getAddress().getPort();
  }

  private static SSLContext serving(Path keyStore) throws GeneralSecurityException, IOException {
    char[] password = KeyStores.PASSWORD.toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
