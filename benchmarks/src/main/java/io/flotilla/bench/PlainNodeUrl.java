package io.flotilla.bench;

import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The URL of a node to put load on, which this program does over plain HTTP alone. */
final class PlainNodeUrl implements ITypeConverter<URI> {
  @Override
  public URI convert(String text) {
    URI url = new NodeUrl().convert(text);
    if (!"http".equals(url.getScheme())) {
      throw new TypeConversionException("'%s' is no URL with http: load is put on nodes without TLS alone".formatted(text));
    }
    return url;
  }
}
