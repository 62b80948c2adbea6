package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.entriesAfter;
import static io.flotilla.raft.CoreFixture.log;
import static io.flotilla.raft.CoreFixture.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryLogTest {
  /** A version of the log beside the slow, obvious one: a list. */
  private record Version(EntryLog log, long base, List<LogEntry> entries) {}

  @RepeatedTest(10)
  void everyVersionStaysAsItWasWhateverIsMadeOfIt() {
    RandomGenerator random = new SplittableRandom();
    List<Version> versions = new ArrayList<>(List.of(new Version(log(""), 0, List.of())));
    for (int i = 0; i < 200; i++) {
      versions.add(change(versions.get(random.nextInt(versions.size())), random, i));
    }
    assertThat(versions).allSatisfy(version -> {
      assertThat(version.log.entries(version.log.baseIndex() + 1, version.log.lastIndex())).isEqualTo(version.entries);
      assertThat(version.log.baseIndex()).isEqualTo(version.base);
      assertThat(version.log.sizeBytes()).isEqualTo(version.entries.stream().mapToLong(LogEntry::sizeBytes).sum());
    });
  }

  private static Version change(Version version, RandomGenerator random, int number) {
    int at = random.nextInt(version.entries.size() + 1);
    long index = version.base + at;
    List<LogEntry> kept = version.entries.subList(0, at);
    return switch (random.nextInt(4)) {
      case 0 -> new Version(version.log.truncateFrom(index + 1), version.base, kept);
      case 1 -> new Version(version.log.compactTo(index), index, version.entries.subList(at, version.entries.size()));
      default -> {
        List<LogEntry> more = new ArrayList<>();
        for (int i = random.nextInt(40); i >= 0; i--) {
          more.add(new LogEntry.Command(index + more.size() + 1, 1, number, new byte[random.nextInt(5)]));
        }
        List<LogEntry> all = new ArrayList<>(kept);
        all.addAll(more);
        yield new Version(version.log.append(more), version.base, all);
      }
    };
  }

  @ParameterizedTest(name = "entries of 32 bytes, from {0}, at most {1} and {2} bytes: {3}")
  @CsvSource({"1, 10, 1000, 4", "1, 2, 1000, 2", "1, 10, 64, 2", "1, 10, 95, 2", "3, 10, 1, 1", "5, 10, 1000, 0"})
  void aBatchIsBoundedButHoldsAtLeastOneEntry(long firstIndex, int maxEntries, long maxBytes, int expected) {
    assertThat(log("1 1 1 1").batch(firstIndex, maxEntries, maxBytes)).hasSize(expected);
  }

  @ParameterizedTest(name = "log 1 1 2 2 after a snapshot up to {0}/{1}: {2}")
  @CsvSource({"2, 1, 2 2", "4, 2, ''", "3, 1, ''", "9, 2, ''"})
  void aSnapshotLeavesWhatFollowsItIfTheLogAgrees(long lastIncludedIndex, long lastIncludedTerm, String expected) {
    EntryLog after = log("1 1 2 2").afterSnapshot(lastIncludedIndex, lastIncludedTerm, CoreFixture.THREE);
    assertThat(terms(after)).isEqualTo(expected);
    assertThat(after.baseIndex()).isEqualTo(lastIncludedIndex);
    assertThat(after.baseTerm()).isEqualTo(lastIncludedTerm);
  }

  @Test
  void theMembershipInForceIsTheLatestInTheLogAndGoesWithItsEntry() {
    Membership two = Membership.ofVoters(CoreFixture.peers("n1 n2"));
    EntryLog changed = log("1").append(List.of(new LogEntry.Reconfiguration(2, 1, two))).append(entriesAfter(2, "1"));
    assertThat(changed.membership()).isEqualTo(two);
    assertThat(changed.membershipIndex()).isEqualTo(2);
    assertThat(changed.membershipAt(1)).isEqualTo(CoreFixture.THREE);
    assertThat(changed.membershipsFrom(1)).containsExactly(CoreFixture.THREE, two);
    assertThat(changed.membershipsFrom(2)).containsExactly(two);
    assertThat(changed.truncateFrom(2).membership()).isEqualTo(CoreFixture.THREE);
    assertThat(changed.compactTo(2).membership()).isEqualTo(two);
    assertThat(changed.compactTo(1).membership()).isEqualTo(two);
  }

  @Test
  void gapsAndFallingTermsAreRefused() {
    assertThatThrownBy(() -> log("1").append(entriesAfter(5, "1"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> log("2").append(entriesAfter(1, "1"))).isInstanceOf(IllegalStateException.class);
  }
}
