package io.flotilla.simulation.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever breaks a rule that the paper or the product rests on is found out, by a law that says which. */
class MutantsTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path MUTANTS = Path.of("src/test/resources/mutants").toAbsolutePath();

  private static final int FIELDS = 6;

  @TempDir
  private static Path temporary;

  private static Map<String, List<String>> found;

  static List<Mutant> mutants() throws IOException {
    return Mutant.allIn(MUTANTS);
  }

  /** In a JVM of its own: it runs broken code. */
  @BeforeAll
  static void hunt() throws IOException, InterruptedException {
    // No optimising compiler: each mutant would have it begin anew.
    Process hunt = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx1g", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "-javaagent:" + agent(),
        "-cp", System.getProperty("java.class.path"), MutantHunt.class.getName(), REPOSITORY.toString(), MUTANTS.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String lines = new String(hunt.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(hunt.waitFor()).as(lines).isZero();
    found = lines.lines().map(line -> List.of(line.split("\t", -1))).filter(line -> line.size() == FIELDS)
        .collect(Collectors.toMap(List::getFirst, Function.identity()));
  }

  private static Path agent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", Implant.class.getName());
    manifest.getMainAttributes().putValue("Can-Redefine-Classes", "true");
    Path jar = temporary.resolve("implant.jar");
    try (OutputStream file = Files.newOutputStream(jar); JarOutputStream _ = new JarOutputStream(file, manifest)) {
      return jar;   // the manifest is all there is: the class is on the class path
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void isFound(Mutant mutant) {
    List<String> line = found.get(mutant.name());
    assertThat(line).as(mutant.name()).isNotNull();
    assertThat(mutant.laws()).as("%s: %s", mutant.pitfall(), line).contains(line.get(1));
  }
}
