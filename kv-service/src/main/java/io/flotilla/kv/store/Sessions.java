package io.flotilla.kv.store;

import io.flotilla.kv.KvReply.SequenceSuperseded;
import io.flotilla.kv.codec.ReplyCodec;
import io.flotilla.kv.codec.WriteCommand;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Applies each write once, however often it comes (Raft §8, thesis §6.3): the answer is kept until the session says that it has
 * arrived. Sessions unused for longest come first and are the first to be forgotten; time and bounds come with each command, so
 * that every replica forgets the same at the same index.
 */
final class Sessions {
  private final LinkedHashMap<UUID, Session> byLastUse = new LinkedHashMap<>(16, 0.75f, true);
  private long sizeBytes;

  /**
   * The answer to a command: the kept one if it was applied before, else what applying it gives.
   *
   * @param apply applies it and returns its answer
   */
  byte[] once(WriteCommand command, long timeMillis, Supplier<byte[]> apply) {
    long now = replicatedTime(timeMillis);
    forgetUnused(now - command.bounds().sessionTimeoutMillis());
    long sequence = command.stamp().sequence();
    Session session = byLastUse.get(command.stamp().sessionId());
    if (session == null) {
      session = add(new Session(command.stamp().sessionId()));
    }
    sizeBytes -= session.sizeBytes();
    session.use(now);
    session.forgetBefore(command.firstOutstanding());
    byte[] answer = session.replies().find(sequence);
    if (answer == null && sequence < session.firstOutstanding()) {
      answer = ReplyCodec.encode(new SequenceSuperseded(session.latestSequence()));
    } else if (answer == null) {
      answer = apply.get();
      session.keep(sequence, answer);
    }
    sizeBytes += session.sizeBytes();
    forgetBeyond(Math.max(1, command.bounds().maxSessions()));
    return answer;
  }

  /** Puts a session behind all others, as the one used last. */
  Session add(Session session) {
    byLastUse.put(session.id(), session);
    sizeBytes += session.sizeBytes();
    return session;
  }

  /** Copies, for another thread, of all sessions, the one unused for longest first. Quick: answers themselves are shared. */
  List<Session> view() {
    List<Session> view = new ArrayList<>(byLastUse.size());
    byLastUse.values().forEach(session -> view.add(session.copy()));
    return view;
  }

  int count() {
    return byLastUse.size();
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** The latest time of any command so far: a new leader's clock may be behind its predecessor's, and time must not step back. */
  private long replicatedTime(long timeMillis) {
    return byLastUse.isEmpty() ? timeMillis : Math.max(timeMillis, byLastUse.lastEntry().getValue().lastUsedMillis());
  }

  private void forgetUnused(long sinceMillis) {
    Iterator<Session> sessions = byLastUse.values().iterator();
    while (sessions.hasNext()) {
      Session session = sessions.next();
      if (session.lastUsedMillis() >= sinceMillis) {
        return;
      }
      sizeBytes -= session.sizeBytes();
      sessions.remove();
    }
  }

  private void forgetBeyond(int maxSessions) {
    Iterator<Session> sessions = byLastUse.values().iterator();
    while (byLastUse.size() > maxSessions) {
      sizeBytes -= sessions.next().sizeBytes();
      sessions.remove();
    }
  }
}
