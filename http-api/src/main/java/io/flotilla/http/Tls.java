package io.flotilla.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;

/** HTTPS from a key store. */
final class Tls {
  private Tls() {}

  /**
   * The context that serves with that key and certificate.
   *
   * @throws IllegalArgumentException with the file's name, if it cannot be used
   */
  static HttpsConnectionContext context(HttpSettings.Tls settings) {
    try (InputStream file = Files.newInputStream(settings.keyStore())) {
      char[] password = settings.password().toCharArray();
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(file, password);
      KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keyStore, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), null, new SecureRandom());
      return ConnectionContext.httpsServer(context);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("flotilla.http.tls.key-store = %s, allowed is a PKCS #12 file that flotilla.http.tls.password opens (%s)"
          .formatted(settings.keyStore(), e.getMessage()), e);
    }
  }
}
