package io.flotilla.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is: the build itself has written it into a file beside this class. */
public final class BuildInfo {
  private static final String FILE = "build.properties";

  private BuildInfo() {}

  /** The version as Maven knows it, such as {@code 1.2.0}. */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream(FILE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
    return properties.getProperty("version");
  }
}
