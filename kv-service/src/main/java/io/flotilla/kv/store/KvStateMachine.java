package io.flotilla.kv.store;

import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.Invalid;
import io.flotilla.kv.codec.MalformedException;
import io.flotilla.kv.codec.QueryCodec;
import io.flotilla.kv.codec.ReplyCodec;
import io.flotilla.kv.codec.WriteCommand;
import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.machine.StateMachine;
import java.io.IOException;
import java.io.InputStream;

/**
 * The key-value store as a deterministic function of the commands in a group's log. Commands are {@link WriteCommand}s, queries
 * are {@link QueryCodec}'s, results {@link ReplyCodec}'s; bytes that are none of these are answered {@link Invalid}.
 */
public final class KvStateMachine implements StateMachine {
  private Shard shard = new Shard(new TreeStore(), 0);
  private Sessions sessions = new Sessions();

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    WriteCommand decoded;
    try {
      decoded = WriteCommand.decode(command);
    } catch (MalformedException e) {
      return ReplyCodec.encode(new Invalid(e.getMessage()));
    }
    return sessions.once(decoded, timeMillis,
        () -> ReplyCodec.encode(shard.apply(decoded.write(), decoded.bounds().maxValueBytes())));
  }

  @Override
  public byte[] query(byte[] query) {
    KvReply reply;
    try {
      reply = shard.read(QueryCodec.decode(query));
    } catch (MalformedException e) {
      reply = new Invalid(e.getMessage());
    }
    return ReplyCodec.encode(reply);
  }

  @Override
  public SnapshotContent snapshot() {
    return SnapshotFormat.contentOf(shard, sessions);
  }

  /** {@inheritDoc} The former state goes first, so that there is never memory for two; after a failure this one is empty. */
  @Override
  public void restore(InputStream content) throws IOException {
    shard = new Shard(new TreeStore(), 0);
    sessions = new Sessions();
    SnapshotFormat.State restored = SnapshotFormat.read(content, new TreeStore());
    shard = restored.shard();
    sessions = restored.sessions();
  }

  /**
   * {@inheritDoc} Counts keys, values, sessions and the objects around them. What a view not yet written keeps alive of
   * replaced values is not in it: a state that changes wholly meanwhile takes as much again.
   */
  @Override
  public long sizeBytes() {
    return shard.store().sizeBytes() + sessions.sizeBytes();
  }
}
