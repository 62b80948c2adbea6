package io.flotilla.scenarios.batch;

import io.flotilla.scenarios.jobs.Crash;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The jobs of the scenarios, in a jar as a user would have one. */
public final class JobJar {
  private JobJar() {}

  public static Path write(Path jar) throws IOException {
    Path classes = holding(Crash.class);
    Path jobs = classes.resolve(Crash.class.getPackageName().replace('.', '/'));
    try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out); Stream<Path> files = Files.list(jobs)) {
      List<Path> all = files.sorted().toList();
      for (Path file : all) {
        entries.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }

  /** The jar, or the folder, that a class is from. */
  public static Path holding(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
