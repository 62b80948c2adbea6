package io.flotilla.bench;

import io.flotilla.settings.SettingsReader;
import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A node's URL, as {@code up} prints it: host and port, nothing behind. */
public final class NodeUrl implements ITypeConverter<URI> {
  @Override
  public URI convert(String text) {
    try {
      URI url = new URI(text).parseServerAuthority();
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      boolean isRoot = url.getHost() != null && url.getPort() > 0 && url.getPort() <= SettingsReader.MAX_PORT
          && (url.getPath().isEmpty() || url.getPath().equals("/"));
      if (isHttp && isRoot && url.getQuery() == null && url.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException _) {
      // Told below like all else that does not fit.
    }
    throw new TypeConversionException("'%s' is no URL of a node: a host and a port from 1 to %d, such as http://127.0.0.1:8080"
        .formatted(text, SettingsReader.MAX_PORT));
  }
}
