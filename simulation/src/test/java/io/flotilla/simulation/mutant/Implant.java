package io.flotilla.simulation.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * One mutant in this very JVM, put there as a debugger replaces code, until it is closed. So the product needs no hook for mutants, its
 * other classes stay warm, and one actor system serves them all. In return a mutant changes what methods do, not which there are.
 *
 * <p>The JVM must have been started with this class for its agent.
 */
public final class Implant implements AutoCloseable {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** Kept for all mutants: it takes longer to find out what is on the class path than to compile one. */
  private static final StandardJavaFileManager CLASS_PATH = COMPILER.getStandardFileManager(null, null, null);

  private static Instrumentation instrumentation;

  private final Set<String> classes;

  private Implant(Set<String> classes) {
    this.classes = classes;
  }

  /** Called by the JVM before main. */
  public static void premain(String arguments, Instrumentation ofThisJvm) {
    instrumentation = ofThisJvm;
  }

  /** Compiles the mutant's source and has its classes replaced. */
  static Implant of(Mutant mutant, Path repository) throws IOException, ClassNotFoundException, UnmodifiableClassException {
    Path source = repository.resolve(mutant.source());
    Map<String, byte[]> compiled = compile(source, mutant.applyTo(Files.readString(source)));
    redefine(compiled);
    return new Implant(compiled.keySet());
  }

  /** Has the product's own classes back. */
  @Override
  public void close() throws IOException, ClassNotFoundException, UnmodifiableClassException {
    Map<String, byte[]> own = new TreeMap<>();
    for (String name : classes) {
      try (InputStream file = Implant.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
        own.put(name, file.readAllBytes());
      }
    }
    redefine(own);
  }

  private static void redefine(Map<String, byte[]> classes) throws ClassNotFoundException, UnmodifiableClassException {
    List<ClassDefinition> definitions = new ArrayList<>();
    for (Map.Entry<String, byte[]> each : classes.entrySet()) {
      definitions.add(new ClassDefinition(Class.forName(each.getKey()), each.getValue()));
    }
    instrumentation.redefineClasses(definitions.toArray(ClassDefinition[]::new));
  }

  private static Map<String, byte[]> compile(Path path, String text) {
    StringWriter complaints = new StringWriter();
    InMemory output = new InMemory(CLASS_PATH);
    boolean compiled = COMPILER.getTask(complaints, output, null, List.of("-g", "-proc:none", "-implicit:none", "-nowarn"), null,
        List.of(new Source(path, text))).call();
    if (!compiled) {
      throw new IllegalStateException("a mutant does not compile: " + complaints);
    }
    Map<String, byte[]> classes = new TreeMap<>();
    output.classes.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Path path, String text) {
      super(URI.create("string:///" + path.getFileName()), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes = new TreeMap<>();

    InMemory(JavaFileManager manager) {
      super(manager);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream bytes = classes.computeIfAbsent(className, _ -> new ByteArrayOutputStream());
      return new SimpleJavaFileObject(URI.create("mem:///" + className.replace('.', '/')), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }
  }
}
