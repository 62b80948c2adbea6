package io.flotilla.mapreduce.child;

import io.flotilla.kv.KvClient;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One virtual machine for a job's code, as its node sees it. Works on one thing at a time; may be killed from any thread. */
final class Child {
  private static final Logger LOG = LoggerFactory.getLogger(Child.class);
  private static final Duration LAST_BREATH = Duration.ofSeconds(5);
  private static final int BUFFER_BYTES = 8 * 1024;
  /** A process that a signal ended has this and the signal's number as its status. */
  private static final int SIGNAL_STATUS = 128;

  private final Process process;
  private final DataInputStream in;
  private final KvClient store;
  private final Executor threads;
  /** Why this node has killed it, if so. */
  private final AtomicReference<String> killedBecause = new AtomicReference<>();
  private volatile Stage stage = Stage.STARTING;
  private volatile long heardNanos = System.nanoTime();

  private Child(Process process, KvClient store, Executor threads) {
    this.process = process;
    this.store = store;
    this.threads = threads;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Starting -> Idle <-> Busy. */
  private enum Stage {
    STARTING, IDLE, BUSY
  }

  /** A child is gone, and with it the answer that it owed. The message says how it went. */
  static final class GoneException extends Exception {
    private static final long serialVersionUID = 1L;

    private GoneException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Starts one, and has what it prints written to the log.
   *
   * @param threads may block, and do while it is written to
   */
  static Child launch(List<String> command, Path folder, JobLog log, KvClient store, Executor threads) throws IOException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
    threads.execute(() -> copy(process.getErrorStream(), log));
    return new Child(process, store, threads);
  }

  /** Blocks until it can work. */
  void awaitReady() throws GoneException {
    ChildMessage message = receive();
    if (!(message instanceof ChildMessage.Ready)) {
      throw unexpected(message);
    }
    stage = Stage.IDLE;
  }

  /** Carries out an attempt; blocks until it is over. */
  TaskOutcome run(TaskWork work, Consumer<TaskProgress> progress) throws GoneException {
    send(new ChildMessage.Run(work));
    while (true) {
      switch (receive()) {
        case ChildMessage.Advanced(var advanced) -> progress.accept(advanced);
        case ChildMessage.Ended(var outcome) -> {
          stage = Stage.IDLE;
          return outcome;
        }
        case ChildMessage other -> throw unexpected(other);
      }
    }
  }

  /** What a job is like; blocks until its code has told. */
  JobProbe.Traits traits(JobSpec spec) throws GoneException, JobRefusedException {
    send(new ChildMessage.AskTraits(spec));
    return switch (receive()) {
      case ChildMessage.TraitsAre(var traits) -> traits;
      case ChildMessage.Refused(var reason, var message) -> throw new JobRefusedException(reason, message);
      case ChildMessage other -> throw unexpected(other);
    };
  }

  /** Keys that a job makes; blocks until it has. */
  List<byte[]> sampleKeys(JobSpec spec, List<InputRange> ranges, int recordsPerRange) throws GoneException, JobRefusedException {
    send(new ChildMessage.Sample(spec, ranges, recordsPerRange));
    return switch (receive()) {
      case ChildMessage.Sampled(var keys) -> keys;
      case ChildMessage.Refused(var reason, var message) -> throw new JobRefusedException(reason, message);
      case ChildMessage other -> throw unexpected(other);
    };
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it if it has not come up, not said anything, or had nothing to do for too long. */
  void endIfSilent(ChildSettings settings) {
    Duration silence = Duration.ofNanos(System.nanoTime() - heardNanos);
    Duration limit = switch (stage) {
      case STARTING -> settings.startTimeout();
      case IDLE -> settings.idleTimeout();
      case BUSY -> settings.busyTimeout();
    };
    if (silence.compareTo(limit) > 0) {
      kill("was ended, as nothing came from it for %d s".formatted(limit.toSeconds()));
    }
  }

  void awaitEnd() {
    process.onExit().orTimeout(LAST_BREATH.toMillis(), TimeUnit.MILLISECONDS).exceptionally(_ -> process).join();
  }

  /** Ends it, and whatever processes it has started. */
  void kill(String because) {
    killedBecause.compareAndSet(null, because);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void send(ChildMessage message) throws GoneException {
    heardNanos = System.nanoTime(); // from here on it owes an answer
    stage = Stage.BUSY;
    try {
      write(message);
    } catch (IOException e) {
      throw gone(e);
    }
  }

  /** The next message that is not for the store. */
  private ChildMessage receive() throws GoneException {
    try {
      ChildMessage message = read();
      while (message instanceof ChildMessage.AskStore(var number, var request)) {
        store.execute(request).thenAcceptAsync(reply -> tell(new ChildMessage.StoreSays(number, reply)), threads);
        message = read();
      }
      return message;
    } catch (IOException e) {
      throw gone(e);
    }
  }

  private ChildMessage read() throws IOException {
    ChildMessage message = ChildMessage.read(in);
    heardNanos = System.nanoTime();
    return message;
  }

  /** A child that does not read is one that has ended, or will be found out by its silence. */
  private void tell(ChildMessage message) {
    try {
      write(message);
    } catch (IOException e) {
      LOG.debug("a child does not hear its node", e);
    }
  }

  private synchronized void write(ChildMessage message) throws IOException {
    ChildMessage.write(process.getOutputStream(), message);
  }

  private GoneException unexpected(ChildMessage message) {
    return gone(new IOException("a message out of turn: " + message.getClass().getSimpleName()));
  }

  /** The end of its output is the end of it, and anything else on it is nothing to go on with. */
  private GoneException gone(IOException cause) {
    boolean ended = cause instanceof EOFException || !process.isAlive();
    try {
      ended = process.waitFor(ended ? LAST_BREATH.toMillis() : 0, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    String how = ended ? ending(process.exitValue()) : "was killed, as it wrote to the file descriptor of its node's: " + cause.getMessage();
    kill(how);
    return new GoneException("the virtual machine of the job's code (pid %d) %s".formatted(process.pid(), killedBecause.get()), cause);
  }

  private static String ending(int status) {
    return status > SIGNAL_STATUS ? "was ended by signal %d".formatted(status - SIGNAL_STATUS)
        : "was ended by the code itself: System.exit(%d)".formatted(status);
  }

  private static void copy(InputStream printed, JobLog log) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (printed) {
      for (int count = printed.read(buffer); count >= 0; count = printed.read(buffer)) {
        log.write(buffer, count);
      }
    } catch (IOException e) {
      LOG.debug("a child's output ended", e);
    }
  }
}
