package io.flotilla.mapreduce.shuffle;

import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.sort.SegmentFile;
import io.flotilla.mapreduce.task.MapOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gathers one partition's segments from all map tasks' outputs: this node's own from its disk, others over the network, several
 * nodes at once. What fails is tried again after a pause that doubles; what then is still missing is lost.
 */
public final class Shuffle implements AutoCloseable {
  private static final long BEAT_MILLIS = 100;

  private final MapReduceSettings.Shuffle settings;
  private final WorkFolder folder;
  private final String node;
  private final int partition;
  private final Path scratch;
  private final MemoryBudget memory;
  private final Map<Integer, FetchedSegment> fetched = new ConcurrentHashMap<>();
  private final SortedMap<Integer, String> lost = new ConcurrentSkipListMap<>();
  private final AtomicLong remoteBytes = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * A shuffle for one reduce attempt.
   *
   * @param node this one
   * @param scratch for segments that do not fit into memory
   */
  public Shuffle(MapReduceSettings.Shuffle settings, WorkFolder folder, String node, int partition, Path scratch) {
    this.settings = settings;
    this.folder = folder;
    this.node = node;
    this.partition = partition;
    this.scratch = scratch;
    this.memory = new MemoryBudget(settings.bufferBytes());
  }

  /**
   * Fetches all of them.
   *
   * @param beat called now and then while waiting; what it throws ends the shuffle
   */
  public void fetch(List<MapOutput> outputs, Runnable beat) throws InterruptedException {
    SortedMap<String, List<MapOutput>> remote = new TreeMap<>();
    for (MapOutput output : outputs) {
      if (output.node().equals(node)) {
        openLocal(output);
        beat.run();
      } else {
        remote.computeIfAbsent(output.host() + ":" + output.port(), _ -> new ArrayList<>()).add(output);
      }
    }
    fetchRemote(remote, beat);
  }

  /** What has arrived, in the order of map tasks. */
  public List<FetchedSegment> segments() {
    return List.copyOf(new TreeMap<>(fetched).values());
  }

  /** Map tasks whose output cannot be had, and why. */
  public SortedMap<Integer, String> lost() {
    return lost;
  }

  /** Segments that have arrived. */
  public int fetchedCount() {
    return fetched.size();
  }

  /** Bytes that came over the network. */
  public long remoteBytes() {
    return remoteBytes.get();
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void openLocal(MapOutput output) {
    try {
      SegmentFile file = SegmentFile.open(folder.mapOutput(output.attempt()));
      fetched.put(output.attempt().task().number(), new FetchedSegment.InFile(file.path(), file.segments().get(partition)));
    } catch (IOException | IndexOutOfBoundsException e) {
      lost.put(output.attempt().task().number(), "this node no longer has the output of %s: %s".formatted(output.attempt(), e));
    }
  }

  private void fetchRemote(SortedMap<String, List<MapOutput>> remote, Runnable beat) throws InterruptedException {
    CountDownLatch running = new CountDownLatch(remote.size());
    Semaphore permits = new Semaphore(settings.parallelFetches());
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (List<MapOutput> ofOneNode : remote.values()) {
        threads.execute(() -> {
          try {
            permits.acquire();
            try {
              fetchFrom(ofOneNode);
            } finally {
              permits.release();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();   // the attempt is over
          } finally {
            running.countDown();
          }
        });
      }
      while (!running.await(BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
        beat.run();
      }
    } finally {
      closed.countDown();
      threads.shutdownNow();   // interrupts, which closes the sockets of virtual threads
      threads.close();
    }
    remote.values().stream().flatMap(List::stream).map(output -> output.attempt().task().number())
        .filter(mapTask -> !fetched.containsKey(mapTask))
        .forEach(mapTask -> lost.putIfAbsent(mapTask, "the fetch of map task %d broke off".formatted(mapTask)));
  }

  /** Fetches from one node what is there, over as many connections as it takes. */
  private void fetchFrom(List<MapOutput> outputs) throws InterruptedException {
    Deque<MapOutput> wanted = new ArrayDeque<>(outputs);
    String fault = "";
    int failures = 0;
    while (!wanted.isEmpty() && failures < settings.attempts()) {
      int before = wanted.size();
      try (SegmentConnection connection = SegmentConnection.open(outputs.getFirst().host(), outputs.getFirst().port(), settings.timeout())) {
        while (!wanted.isEmpty()) {
          take(connection, wanted.element());
          wanted.remove();
        }
      } catch (IOException e) {
        fault = e.toString();
        failures = wanted.size() < before ? 1 : failures + 1;
        if (failures < settings.attempts() && closed.await(backoff(failures).toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    }
    for (MapOutput output : wanted) {
      lost.put(output.attempt().task().number(),
          "the output of %s cannot be fetched from %s: %s".formatted(output.attempt(), output.node(), fault));
    }
  }

  private void take(SegmentConnection connection, MapOutput output) throws IOException {
    int mapTask = output.attempt().task().number();
    switch (connection.fetch(output, partition, memory, scratch.resolve("fetched-" + mapTask))) {
      case SegmentConnection.Answer.Fetched(var segment) -> {
        remoteBytes.addAndGet(segment.lengthBytes());
        fetched.put(mapTask, segment);
      }
      case SegmentConnection.Answer.Gone(var reason) -> lost.put(mapTask, "%s has %s".formatted(output.node(), reason));
    }
  }

  private Duration backoff(int failures) {
    Duration doubled = settings.minBackoff().multipliedBy(1L << Math.min(failures - 1, 20));
    return doubled.compareTo(settings.maxBackoff()) < 0 ? doubled : settings.maxBackoff();
  }
}
