package io.flotilla.raft.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Effect;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
  private static final Optional<PeerId> N1 = Optional.of(PeerId.of("n1"));

  private final TestInbox<RaftLog.Command> log = TestInbox.create();
  private final WriteQueue writes = new WriteQueue(log.getRef(), 5 * LogEntry.OVERHEAD_BYTES);

  @Test
  void whatArrivesDuringAWriteFormsTheNextBatch() {
    writes.write(persist(1, 1, 1));
    writes.write(persist(2, 2, 2));
    writes.write(persist(3, 3, 4));

    assertThat(log.getAllReceived()).containsExactly(append(1, 1));
    writes.written();
    assertThat(log.getAllReceived()).containsExactly(append(3, 2, 3, 4));
    writes.written();
    assertThat(log.hasMessages()).isFalse();
  }

  @Test
  void aBatchIsBoundedByItsBytes() {
    writes.write(persist(1, 1, 1));
    writes.write(persist(2, 2, 4));
    writes.write(persist(3, 5, 7));

    writes.written();

    assertThat(log.getAllReceived()).containsExactly(append(1, 1), append(2, 2, 3, 4));
  }

  @Test
  void anAppendAtAnIndexThatIsTakenReplacesItAndAllThatFollow() {
    writes.write(persist(1, 1, 1));
    writes.write(persist(2, 2, 3));
    writes.write(new Effect.Persist(3, 7, N1, List.of(new LogEntry.NoOp(2, 7))));

    writes.written();

    assertThat(log.getAllReceived()).last().isEqualTo(
        new RaftLog.Command.Append(3, new RaftLogEvent.Appended(7, N1, List.of(new LogEntry.NoOp(2, 7)))));
  }

  @Test
  void aBatchCarriesTheLatestTermAndVote() {
    writes.write(persist(1, 1, 1));
    writes.write(persist(2, 2, 2));
    writes.write(new Effect.Persist(3, 9, Optional.empty(), List.of()));

    writes.written();

    assertThat(log.getAllReceived()).last().isEqualTo(
        new RaftLog.Command.Append(3, new RaftLogEvent.Appended(9, Optional.empty(), List.of(new LogEntry.NoOp(2, 1)))));
  }

  @Test
  void aSnapshotGoesBehindTheWritesBeforeItAndDoesNotHoldUpThoseAfter() {
    RaftLog.Command snapshot = new RaftLog.Command.SaveSnapshot(2, _ -> {});
    writes.write(persist(1, 1, 1));
    writes.write(persist(2, 2, 2));
    writes.snapshot(snapshot);
    writes.write(persist(3, 3, 3));

    writes.written();
    assertThat(log.getAllReceived()).containsExactly(append(1, 1), append(2, 2));
    writes.written();
    assertThat(log.getAllReceived()).containsExactly(snapshot, append(3, 3));
  }

  private static Effect.Persist persist(long writeNumber, long firstIndex, long lastIndex) {
    return new Effect.Persist(writeNumber, 1, N1,
        LongStream.rangeClosed(firstIndex, lastIndex).<LogEntry>mapToObj(index -> new LogEntry.NoOp(index, 1)).toList());
  }

  private static RaftLog.Command append(long writeNumber, long... indexes) {
    return new RaftLog.Command.Append(writeNumber, new RaftLogEvent.Appended(1, N1,
        LongStream.of(indexes).<LogEntry>mapToObj(index -> new LogEntry.NoOp(index, 1)).toList()));
  }
}
