package io.flotilla.raft.wire;

import static io.flotilla.raft.wire.Fields.actor;
import static io.flotilla.raft.wire.Fields.maybePeer;
import static io.flotilla.raft.wire.Fields.membership;
import static io.flotilla.raft.wire.Fields.number;
import static io.flotilla.raft.wire.Fields.objects;
import static io.flotilla.raft.wire.Fields.peer;
import static io.flotilla.raft.wire.Fields.peers;

import com.esotericsoftware.kryo.Kryo;
import io.flotilla.persistence.kryo.KryoModule;
import io.flotilla.persistence.kryo.Wire;
import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.actor.RaftClientProtocol;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftLogEvent;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaStatus;
import io.flotilla.raft.actor.SnapshotHeader;
import org.apache.pekko.actor.ExtendedActorSystem;

/** The registrations of consensus: what replicas and their clients say to one another, and what a replica's journal holds. */
public final class RaftKryo implements KryoModule {
  @Override
  public void register(Kryo kryo, ExtendedActorSystem system) {
    registerPeerMessages(kryo);
    registerEntries(kryo);
    registerClientProtocol(kryo);
    registerAdministration(kryo);
    registerValues(kryo);
    registerJournal(kryo);
  }

  private static void registerPeerMessages(Kryo kryo) {
    add(kryo, 200, RaftPeer.FromPeer.class,
        (k, out, it) -> k.writeClassAndObject(out, it.message()),
        (k, in) -> new RaftPeer.FromPeer((RaftMessage) k.readClassAndObject(in)));
    add(kryo, 201, RaftMessage.PreVote.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.candidateId());
          number(out, it.lastLogIndex());
          number(out, it.lastLogTerm());
        },
        (_, in) -> new RaftMessage.PreVote(number(in), peer(in), number(in), number(in)));
    add(kryo, 202, RaftMessage.PreVoteGranted.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.voterId());
        },
        (_, in) -> new RaftMessage.PreVoteGranted(number(in), peer(in)));
    add(kryo, 203, RaftMessage.PreVoteRefused.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.voterId());
        },
        (_, in) -> new RaftMessage.PreVoteRefused(number(in), peer(in)));
    add(kryo, 204, RaftMessage.RequestVote.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.candidateId());
          number(out, it.lastLogIndex());
          number(out, it.lastLogTerm());
          out.writeBoolean(it.leadershipTransfer());
        },
        (_, in) -> new RaftMessage.RequestVote(number(in), peer(in), number(in), number(in), in.readBoolean()));
    add(kryo, 205, RaftMessage.VoteGranted.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.voterId());
        },
        (_, in) -> new RaftMessage.VoteGranted(number(in), peer(in)));
    add(kryo, 206, RaftMessage.VoteRefused.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.voterId());
        },
        (_, in) -> new RaftMessage.VoteRefused(number(in), peer(in)));
    add(kryo, 207, RaftMessage.AppendEntries.class,
        (k, out, it) -> {
          number(out, it.term());
          peer(out, it.leaderId());
          number(out, it.prevLogIndex());
          number(out, it.prevLogTerm());
          objects(k, out, it.entries());
          number(out, it.leaderCommit());
          number(out, it.round());
        },
        (k, in) -> new RaftMessage.AppendEntries(number(in), peer(in), number(in), number(in), objects(k, in),
            number(in), number(in)));
    add(kryo, 208, RaftMessage.AppendAccepted.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.followerId());
          number(out, it.matchIndex());
          number(out, it.round());
        },
        (_, in) -> new RaftMessage.AppendAccepted(number(in), peer(in), number(in), number(in)));
    add(kryo, 209, RaftMessage.AppendRefused.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.followerId());
          number(out, it.prevLogIndex());
          number(out, it.conflictTerm());
          number(out, it.conflictFirstIndex());
          number(out, it.round());
        },
        (_, in) -> new RaftMessage.AppendRefused(number(in), peer(in), number(in), number(in), number(in), number(in)));
    add(kryo, 210, RaftMessage.InstallSnapshot.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.leaderId());
          number(out, it.lastIncludedIndex());
          number(out, it.lastIncludedTerm());
          membership(out, it.membership());
          number(out, it.offset());
          Wire.writeBytes(out, it.data());
          out.writeBoolean(it.done());
        },
        (_, in) -> new RaftMessage.InstallSnapshot(number(in), peer(in), number(in), number(in), membership(in),
            number(in), Wire.readBytes(in), in.readBoolean()));
    add(kryo, 211, RaftMessage.SnapshotChunkAccepted.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.followerId());
          number(out, it.lastIncludedIndex());
          number(out, it.nextOffset());
        },
        (_, in) -> new RaftMessage.SnapshotChunkAccepted(number(in), peer(in), number(in), number(in)));
    add(kryo, 212, RaftMessage.TimeoutNow.class,
        (_, out, it) -> {
          number(out, it.term());
          peer(out, it.leaderId());
        },
        (_, in) -> new RaftMessage.TimeoutNow(number(in), peer(in)));
  }

  private static void registerEntries(Kryo kryo) {
    add(kryo, 220, LogEntry.Command.class,
        (_, out, it) -> {
          number(out, it.index());
          number(out, it.term());
          number(out, it.timeMillis());
          Wire.writeBytes(out, it.payload());
        },
        (_, in) -> new LogEntry.Command(number(in), number(in), number(in), Wire.readBytes(in)));
    add(kryo, 221, LogEntry.NoOp.class,
        (_, out, it) -> {
          number(out, it.index());
          number(out, it.term());
        },
        (_, in) -> new LogEntry.NoOp(number(in), number(in)));
    add(kryo, 222, LogEntry.Reconfiguration.class,
        (_, out, it) -> {
          number(out, it.index());
          number(out, it.term());
          membership(out, it.membership());
        },
        (_, in) -> new LogEntry.Reconfiguration(number(in), number(in), membership(in)));
  }

  private static void registerClientProtocol(Kryo kryo) {
    add(kryo, 230, RaftClientProtocol.Requests.class,
        (k, out, it) -> {
          objects(k, out, it.requests());
          actor(k, out, it.replyTo());
        },
        (k, in) -> new RaftClientProtocol.Requests(objects(k, in), actor(k, in)));
    add(kryo, 231, Request.Propose.class,
        (_, out, it) -> {
          number(out, it.requestId());
          Wire.writeBytes(out, it.command());
          out.writeBoolean(it.reclaims());
        },
        (_, in) -> new Request.Propose(number(in), Wire.readBytes(in), in.readBoolean()));
    add(kryo, 232, Request.Read.class,
        (_, out, it) -> {
          number(out, it.requestId());
          Wire.writeBytes(out, it.query());
        },
        (_, in) -> new Request.Read(number(in), Wire.readBytes(in)));
    add(kryo, 233, Request.LeaseRead.class,
        (_, out, it) -> {
          number(out, it.requestId());
          Wire.writeBytes(out, it.query());
        },
        (_, in) -> new Request.LeaseRead(number(in), Wire.readBytes(in)));
    add(kryo, 234, Request.StaleRead.class,
        (_, out, it) -> {
          number(out, it.requestId());
          Wire.writeBytes(out, it.query());
        },
        (_, in) -> new Request.StaleRead(number(in), Wire.readBytes(in)));
    add(kryo, 235, Request.FindLeader.class,
        (_, out, it) -> number(out, it.requestId()),
        (_, in) -> new Request.FindLeader(number(in)));
    add(kryo, 240, RaftClientProtocol.Replies.class,
        (k, out, it) -> objects(k, out, it.replies()),
        (k, in) -> new RaftClientProtocol.Replies(objects(k, in)));
    add(kryo, 241, Reply.Applied.class,
        (_, out, it) -> {
          number(out, it.requestId());
          number(out, it.index());
          Wire.writeBytes(out, it.result());
        },
        (_, in) -> new Reply.Applied(number(in), number(in), Wire.readBytes(in)));
    add(kryo, 242, Reply.Answered.class,
        (_, out, it) -> {
          number(out, it.requestId());
          Wire.writeBytes(out, it.result());
          number(out, it.staleMillis());
        },
        (_, in) -> new Reply.Answered(number(in), Wire.readBytes(in), number(in)));
    add(kryo, 243, Reply.NotLeader.class,
        (_, out, it) -> {
          number(out, it.requestId());
          maybePeer(out, it.leaderId());
        },
        (_, in) -> new Reply.NotLeader(number(in), maybePeer(in)));
    add(kryo, 244, Reply.Overloaded.class,
        (_, out, it) -> {
          number(out, it.requestId());
          out.writeBoolean(it.full());
        },
        (_, in) -> new Reply.Overloaded(number(in), in.readBoolean()));
    add(kryo, 245, Reply.TooLarge.class,
        (_, out, it) -> {
          number(out, it.requestId());
          number(out, it.maxBytes());
        },
        (_, in) -> new Reply.TooLarge(number(in), number(in)));
    add(kryo, 246, Reply.OutcomeUnknown.class,
        (_, out, it) -> number(out, it.requestId()),
        (_, in) -> new Reply.OutcomeUnknown(number(in)));
    add(kryo, 247, Reply.Leads.class,
        (_, out, it) -> number(out, it.requestId()),
        (_, in) -> new Reply.Leads(number(in)));
  }

  private static void registerAdministration(Kryo kryo) {
    add(kryo, 250, RaftPeer.ChangeMembership.class,
        (k, out, it) -> {
          peers(out, it.voters());
          peers(out, it.learners());
          actor(k, out, it.replyTo());
        },
        (k, in) -> new RaftPeer.ChangeMembership(peers(in), peers(in), actor(k, in)));
    add(kryo, 251, RaftPeer.TransferLeadership.class,
        (k, out, it) -> {
          peer(out, it.target());
          actor(k, out, it.replyTo());
        },
        (k, in) -> new RaftPeer.TransferLeadership(peer(in), actor(k, in)));
    add(kryo, 252, RaftPeer.GetStatus.class,
        (k, out, it) -> actor(k, out, it.replyTo()),
        (k, in) -> new RaftPeer.GetStatus(actor(k, in)));
    add(kryo, 253, ReplicaStatus.class,
        (_, out, it) -> {
          out.writeString(it.groupId());
          peer(out, it.node());
          out.writeString(it.role());
          maybePeer(out, it.leaderId());
          number(out, it.term());
          number(out, it.commitIndex());
          number(out, it.lastApplied());
          number(out, it.lastIndex());
          number(out, it.snapshotIndex());
          membership(out, it.membership());
          number(out, it.stateSizeBytes());
          number(out, it.logSizeBytes());
          number(out, it.inFlightBytes());
          number(out, it.waitingReads());
        },
        (_, in) -> new ReplicaStatus(in.readString(), peer(in), in.readString(), maybePeer(in), number(in), number(in),
            number(in), number(in), number(in), membership(in), number(in), number(in), number(in), number(in)));
    add(kryo, 254, ChangeOutcome.Done.class, (_, _, _) -> {}, (_, _) -> new ChangeOutcome.Done());
    add(kryo, 255, ChangeOutcome.NotLeader.class,
        (_, out, it) -> maybePeer(out, it.leaderId()),
        (_, in) -> new ChangeOutcome.NotLeader(maybePeer(in)));
    add(kryo, 256, ChangeOutcome.Rejected.class,
        (_, out, it) -> out.writeString(it.reason()),
        (_, in) -> new ChangeOutcome.Rejected(in.readString()));
    add(kryo, 257, ChangeOutcome.OutcomeUnknown.class, (_, _, _) -> {}, (_, _) -> new ChangeOutcome.OutcomeUnknown());
  }

  /** For other modules' records that hold them. */
  private static void registerValues(Kryo kryo) {
    add(kryo, 260, PeerId.class, (_, out, it) -> peer(out, it), (_, in) -> peer(in));
    add(kryo, 261, Membership.class, (_, out, it) -> membership(out, it), (_, in) -> membership(in));
  }

  private static void registerJournal(Kryo kryo) {
    add(kryo, 270, RaftLogEvent.Bootstrapped.class,
        (_, out, it) -> membership(out, it.membership()),
        (_, in) -> new RaftLogEvent.Bootstrapped(membership(in)));
    add(kryo, 271, RaftLogEvent.Appended.class,
        (k, out, it) -> {
          number(out, it.currentTerm());
          maybePeer(out, it.votedFor());
          objects(k, out, it.entries());
        },
        (k, in) -> new RaftLogEvent.Appended(number(in), maybePeer(in), objects(k, in)));
    add(kryo, 272, RaftLogEvent.PrefixDropped.class,
        (_, out, it) -> number(out, it.lastIncludedIndex()),
        (_, in) -> new RaftLogEvent.PrefixDropped(number(in)));
    add(kryo, 273, RaftLogEvent.SnapshotInstalled.class,
        (_, out, it) -> {
          number(out, it.lastIncludedIndex());
          number(out, it.lastIncludedTerm());
          membership(out, it.membership());
        },
        (_, in) -> new RaftLogEvent.SnapshotInstalled(number(in), number(in), membership(in)));
    add(kryo, 279, SnapshotHeader.class,
        (k, out, it) -> {
          number(out, it.currentTerm());
          maybePeer(out, it.votedFor());
          number(out, it.lastIncludedIndex());
          number(out, it.lastIncludedTerm());
          membership(out, it.membership());
          objects(k, out, it.entriesAfter());
        },
        (k, in) -> new SnapshotHeader(number(in), maybePeer(in), number(in), number(in), membership(in), objects(k, in)));
  }

  private static <T> void add(Kryo kryo, int id, Class<T> type, Wire.Writer<T> writer, Wire.Reader<T> reader) {
    kryo.register(type, Wire.serializer(writer, reader), id);
  }
}
