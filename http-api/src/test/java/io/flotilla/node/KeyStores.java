package io.flotilla.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys and certificates for tests, made by the JDK's own tool. */
public final class KeyStores {
  public static final String PASSWORD = "secret";

  private KeyStores() {}

  /** A new PKCS #12 file with one key, and a certificate for {@code localhost} that it has signed itself. */
  public static Path create(Path file) throws IOException, InterruptedException {
    keytool("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12", "-keystore", file.toString(), "-dname", "CN=localhost",
        "-ext", "san=dns:localhost,ip:127.0.0.1");
    return file;
  }

  /** Its certificate, in PEM. */
  public static Path certificate(Path keyStore, Path file) throws IOException, InterruptedException {
    keytool("-exportcert", "-rfc", "-keystore", keyStore.toString(), "-file", file.toString());
    return file;
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "node", "-storepass", PASSWORD));
    Process keytool = new ProcessBuilder(command).inheritIO().start();
    if (keytool.waitFor() != 0) {
      throw new AssertionError("keytool ended with " + keytool.exitValue());
    }
  }
}
