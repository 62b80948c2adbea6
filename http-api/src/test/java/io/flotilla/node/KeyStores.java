package io.flotilla.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Keys and certificates for tests, made by the JDK's own tool. */
public final class KeyStores {
  public static final String PASSWORD = "secret";

  private KeyStores() {}

  /** A new PKCS #12 file with one key, and a certificate for {@code localhost} that it has signed itself. */
  public static Path create(Path file) throws IOException, InterruptedException {
    Process keytool = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair", "-alias", "node", "-keyalg", "EC", "-storetype", "PKCS12", "-keystore", file.toString(),
        "-storepass", PASSWORD, "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1")).inheritIO().start();
    if (keytool.waitFor() != 0) {
      throw new AssertionError("keytool ended with " + keytool.exitValue());
    }
    return file;
  }
}
