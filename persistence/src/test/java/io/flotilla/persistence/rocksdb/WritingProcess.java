package io.flotilla.persistence.rocksdb;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;

/**
 * The process that {@link CrashTest} kills: some persistent actors that each persist 1, 2, 3 and so on as fast as they
 * can. Prints {@code recovered ID n} once an actor has replayed its events, and {@code acknowledged ID n} after each
 * acknowledgement.
 */
final class WritingProcess {
  static final int ACTORS = 4;

  /** Big enough that log files fill up and are used again within a run. */
  private static final int EVENT_BYTES = 8 << 10;

  private WritingProcess() {}

  public static void main(String[] args) {
    TestSystem system = TestSystem.start(Path.of(args[0]));
    IntStream.range(0, ACTORS).forEach(i -> system.system().actorOf(Props.create(Counter.class, "counter-" + i)));
  }

  /** Counts up from what it has persisted; a gap in what is replayed stops the process with the recovery's failure. */
  static final class Counter extends AbstractPersistentActor {
    private static final String NEXT = "next";

    private final String id;
    private long count;

    Counter(String id) {
      this.id = id;
    }

    @Override
    public String persistenceId() {
      return id;
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder().match(byte[].class, event -> replayed(ByteBuffer.wrap(event).getLong())).build();
    }

    private void replayed(long number) {
      if (number != count + 1) {
        throw new IllegalStateException("%s: %d was replayed after %d".formatted(id, number, count));
      }
      count = number;
    }

    @Override
    public void onReplaySuccess() {
      report("recovered");
      self().tell(NEXT, self());
    }

    @Override
    public AbstractActor.Receive createReceive() {
      return receiveBuilder().matchEquals(NEXT, _ -> persistNext()).build();
    }

    private void persistNext() {
      byte[] event = ByteBuffer.allocate(EVENT_BYTES).putLong(count + 1).array();
      persist(event, _ -> acknowledged());
    }

    private void acknowledged() {
      count++;
      report("acknowledged");
      self().tell(NEXT, self());
    }

    private void report(String what) {
      System.out.println(what + " " + id + " " + count);
    }
  }
}
