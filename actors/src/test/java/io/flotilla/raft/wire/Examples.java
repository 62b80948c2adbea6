package io.flotilla.raft.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftLogEvent;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaStatus;
import io.flotilla.raft.actor.SnapshotHeader;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/** One object, at least, of every class that travels or is stored. */
final class Examples {
  private static final PeerId N1 = PeerId.of("n1");
  private static final PeerId N2 = PeerId.of("n2");
  private static final SortedSet<PeerId> BOTH = new TreeSet<>(List.of(N1, N2));
  private static final Membership JOINT = new Membership(BOTH, new TreeSet<>(List.of(N2)), new TreeSet<>(List.of(PeerId.of("n3"))));
  private static final byte[] BYTES = "käse".getBytes(UTF_8);
  private static final List<LogEntry> ENTRIES = List.of(new LogEntry.NoOp(4, 2),
      new LogEntry.Command(5, 2, 1_700_000_000_000L, BYTES), new LogEntry.Reconfiguration(6, 3, JOINT));

  private Examples() {}

  static Stream<Object> wire(ActorRef<?> actor) {
    return Stream.of(peerMessages().map(RaftPeer.FromPeer::new), requests(actor), replies(), administration(actor), outcomes())
        .flatMap(examples -> examples);
  }

  static Stream<RaftMessage> peerMessages() {
    return Stream.of(
        new RaftMessage.PreVote(3, N1, 7, 2),
        new RaftMessage.PreVoteGranted(3, N2),
        new RaftMessage.PreVoteRefused(3, N2),
        new RaftMessage.RequestVote(3, N1, 7, 2, true),
        new RaftMessage.VoteGranted(3, N2),
        new RaftMessage.VoteRefused(Long.MAX_VALUE, N2),
        new RaftMessage.AppendEntries(3, N1, 3, 2, ENTRIES, 5, 9),
        new RaftMessage.AppendEntries(3, N1, 6, 3, List.of(), 6, 10),
        new RaftMessage.AppendAccepted(3, N2, 6, 9),
        new RaftMessage.AppendRefused(3, N2, 6, 1, 2, 9),
        new RaftMessage.InstallSnapshot(3, N1, 100, 2, JOINT, 4096, BYTES, true),
        new RaftMessage.SnapshotChunkAccepted(3, N2, 100, 8192),
        new RaftMessage.TimeoutNow(3, N1));
  }

  static Stream<Request> requestKinds() {
    return Stream.of(new Request.Propose(1, BYTES, true), new Request.Read(2, BYTES), new Request.LeaseRead(3, BYTES),
        new Request.StaleRead(-4, new byte[0]), new Request.FindLeader(5));
  }

  static Stream<Reply> replyKinds() {
    return Stream.of(new Reply.Applied(1, 5, BYTES), new Reply.Answered(2, BYTES, Long.MAX_VALUE),
        new Reply.NotLeader(3, Optional.of(N2)), new Reply.NotLeader(3, Optional.empty()), new Reply.Overloaded(4, true),
        new Reply.TooLarge(5, 1 << 20), new Reply.OutcomeUnknown(6), new Reply.Leads(7));
  }

  static Stream<ChangeOutcome> outcomes() {
    return Stream.of(new ChangeOutcome.Done(), new ChangeOutcome.NotLeader(Optional.of(N1)),
        new ChangeOutcome.Rejected("n9 is nobody"), new ChangeOutcome.OutcomeUnknown());
  }

  static Stream<RaftLogEvent> events() {
    return Stream.of(new RaftLogEvent.Bootstrapped(Membership.ofVoters(BOTH)),
        new RaftLogEvent.Appended(3, Optional.of(N1), ENTRIES), new RaftLogEvent.Appended(3, Optional.empty(), List.of()),
        new RaftLogEvent.PrefixDropped(5), new RaftLogEvent.SnapshotInstalled(100, 2, JOINT));
  }

  static Stream<Object> stored() {
    return Stream.concat(events(), Stream.of(new SnapshotHeader(3, Optional.of(N2), 3, 2, JOINT, ENTRIES)));
  }

  static Stream<LogEntry> entries() {
    return ENTRIES.stream();
  }

  private static Stream<Requests> requests(ActorRef<?> actor) {
    return Stream.of(new Requests(requestKinds().toList(), actor.unsafeUpcast()));
  }

  private static Stream<Replies> replies() {
    return Stream.of(new Replies(replyKinds().toList()));
  }

  private static Stream<Object> administration(ActorRef<?> actor) {
    return Stream.of(new RaftPeer.ChangeMembership(BOTH, new TreeSet<>(), actor.unsafeUpcast()),
        new RaftPeer.TransferLeadership(N2, actor.unsafeUpcast()), new RaftPeer.GetStatus(actor.unsafeUpcast()),
        new ReplicaStatus("g1", N1, "leader", Optional.of(N1), 3, 5, 4, 6, 2, JOINT, 1000, 2000, 300, 4));
  }
}
