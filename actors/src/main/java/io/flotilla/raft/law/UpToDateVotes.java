package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/** "The voter denies its vote if its own log is more up-to-date than that of the candidate" (§5.4.1). */
public final class UpToDateVotes implements Law {
  private record Candidacy(PeerId candidate, long term) {}

  private record LogEnd(long term, long index) {
    private static LogEnd of(EntryLog log) {
      return new LogEnd(Law.lastTermOf(log), log.lastIndex());
    }
  }

  private final Map<Candidacy, LogEnd> candidacies = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var _, RaftMessage.RequestVote request)) {
        LogEnd told = new LogEnd(request.lastLogTerm(), request.lastLogIndex());
        // Who has found a leader, whose entries it takes, may send what its disk held up: it gains nothing by it.
        Law.require(!mayWin(stepped.before().role()) || told.equals(LogEnd.of(stepped.before().log())),
            "Up-to-date votes: %s asks for votes with %s, but has %s", stepped.peer(), told, stepped.before().log());
        candidacies.put(new Candidacy(stepped.peer(), request.term()), told);
      }
    }
    RaftState after = stepped.after();
    boolean votes = after.votedFor().isPresent() && !after.votedFor().get().equals(stepped.peer())
        && !(after.currentTerm() == stepped.before().currentTerm() && after.votedFor().equals(stepped.before().votedFor()));
    if (votes) {
      check(stepped, after.votedFor().get());
    }
  }

  private static boolean mayWin(Role role) {
    return role instanceof Role.Candidate || (role instanceof Role.PreCandidate asking && asking.candidacy().isPresent());
  }

  private void check(Stepped stepped, PeerId candidate) {
    EntryLog own = stepped.before().log();
    LogEnd theirs = candidacies.get(new Candidacy(candidate, stepped.after().currentTerm()));
    Law.require(theirs != null, "Up-to-date votes: %s voted for %s, which did not ask in term %d", stepped.peer(), candidate,
        stepped.after().currentTerm());
    LogEnd ours = LogEnd.of(own);
    boolean upToDate = theirs.term > ours.term || (theirs.term == ours.term && theirs.index >= ours.index);
    Law.require(upToDate, "Up-to-date votes: %s voted for %s, whose log ends with %s, before its own %s", stepped.peer(), candidate,
        theirs, own);
  }
}
