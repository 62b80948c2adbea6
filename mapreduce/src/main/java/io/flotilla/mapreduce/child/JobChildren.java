package io.flotilla.mapreduce.child;

import com.typesafe.config.Config;
import io.flotilla.kv.KvClient;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.files.Folders;
import io.flotilla.settings.SettingsReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * The children of one job on this node: each works for one attempt at a time, and for the next one when that went well. They share a
 * folder, with a copy of the jar as it was when the first of them started, and a log. Thread-safe.
 */
final class JobChildren {
  /** Below the folder of all children: a folder for each job that has not ended. */
  static final String RUNNING = "running";

  private static final String JAR = "job.jar";

  private final ChildSettings settings;
  private final KvClient store;
  private final Executor threads;
  private final String jobId;
  private final Path folder;
  private final JobLog log;
  private final Deque<Child> idle = new ArrayDeque<>();
  private final Set<Child> all = new HashSet<>();
  private boolean ended;

  JobChildren(ChildSettings settings, String jobId, KvClient store, Executor threads) {
    this.settings = settings;
    this.store = store;
    this.threads = threads;
    this.jobId = jobId;
    this.folder = settings.folder().resolve(RUNNING).resolve(jobId);
    this.log = new JobLog(logs(settings).resolve(jobId + ".log"), settings.logBytes());
  }

  private static Path logs(ChildSettings settings) {
    return settings.folder().resolve("logs");
  }

  /** The reason for a failure, and where to read on. */
  String withLog(String reason) {
    return log.exists() ? "%s; what the job printed is in %s".formatted(reason, log.file()) : reason;
  }

  /**
   * A child with nothing to do; blocks while one starts.
   *
   * @throws JobRefusedException there is no such jar
   */
  Child take(JobSpec spec) throws IOException, JobRefusedException, Child.GoneException {
    Child child;
    synchronized (this) {
      checkNotEnded();
      for (Child waiting = idle.pollFirst(); waiting != null; waiting = idle.pollFirst()) {
        if (waiting.isAlive()) {
          return waiting;
        }
      }
      copyJar(spec);
      child = Child.launch(command(), folder, log, store, threads);
      all.add(child);
    }
    child.awaitReady();
    return child;
  }

  private void checkNotEnded() throws IOException {
    if (ended) {
      throw new IOException("%s has ended".formatted(jobId));
    }
  }

  /** Whoever replaces the jar while the job runs shall not hurt it. */
  private void copyJar(JobSpec spec) throws IOException, JobRefusedException {
    Path copy = folder.resolve(JAR);
    Path jar = Path.of(spec.jar().orElseThrow());
    if (Files.exists(copy)) {
      return;
    }
    if (!Files.isRegularFile(jar) || !Files.isReadable(jar)) {
      throw new JobRefusedException(JobRefusedException.Reason.INVALID, "there is no readable file %s".formatted(jar));
    }
    Files.createDirectories(folder);
    Path next = folder.resolve(JAR + ".next");
    Files.copy(jar, next, StandardCopyOption.REPLACE_EXISTING);
    Files.move(next, copy, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Our own classes and what they need, nothing else of the node's; then the job's. */
  private List<String> command() {
    String classPath = Stream.of(ChildMain.class, KvClient.class, SettingsReader.class, Config.class, Logger.class)
        .map(JobChildren::location).distinct().collect(Collectors.joining(File.pathSeparator)) + File.pathSeparator + folder.resolve(JAR);
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + settings.heap(), "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.awt.headless=true", "-Dslf4j.internal.verbosity=ERROR",
        "-cp", classPath, ChildMain.class.getName()));
    command.addAll(settings.arguments().toCommandLine());
    return command;
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The child has done its work well and may have more. */
  synchronized void giveBack(Child child) {
    if (!ended && child.isAlive()) {
      idle.addFirst(child);
    }
  }

  /** The child is not to be trusted any more. */
  synchronized void discard(Child child, String because) {
    all.remove(child);
    child.kill(because);
  }

  /** Ends children from which nothing has come for too long, be it because they have nothing to do. */
  synchronized void look() {
    all.forEach(child -> child.endIfSilent(settings));
    all.removeIf(child -> !child.isAlive());
  }

  /** Ends all of them, and removes their files but the log. */
  void end() throws IOException {
    List<Child> left;
    synchronized (this) {
      ended = true;
      idle.clear();
      left = new ArrayList<>(all);
      all.clear();
    }
    left.forEach(child -> child.kill("was ended with its job"));
    left.forEach(Child::awaitEnd);
    log.close();
    Folders.remove(folder);
    forgetOldLogs();
  }

  private void forgetOldLogs() throws IOException {
    if (!Files.isDirectory(logs(settings))) {
      return;
    }
    try (Stream<Path> files = Files.list(logs(settings))) {
      List<Path> newestFirst = files.sorted(Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed()).toList();
      for (Path file : newestFirst.stream().skip(settings.logs()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
