package io.flotilla.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.KvReply.Item;
import io.flotilla.kv.KvReply.Scanned;
import io.flotilla.kv.KvRequest.Get;
import io.flotilla.kv.KvRequest.Scan;
import io.flotilla.kv.KvRequest.Write;
import io.flotilla.kv.RandomRequests;
import io.flotilla.kv.codec.ReplyCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgainstModelTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersAsTheObviousModelDoes(long seed) throws IOException {
    RandomRequests requests = new RandomRequests(seed);
    Machine machine = new Machine();
    ObviousModel model = new ObviousModel();
    for (int i = 0; i < 4_000; i++) {
      Write write = requests.write();
      assertThat(machine.apply(write)).isEqualTo(model.apply(write, Machine.BOUNDS.maxValueBytes()));
      switch (requests.read()) {
        case Get get -> assertThat(ReplyCodec.encode(machine.query(get))).isEqualTo(ReplyCodec.encode(model.get(get)));
        case Scan scan -> assertThat(bytesOf(scanAll(machine, scan))).isEqualTo(bytesOf(model.scanAll(scan)));
      }
      if (i % 1_000 == 999) {
        long sizeBytes = machine.machine.sizeBytes();
        machine.restore(machine.snapshot());
        assertThat(machine.machine.sizeBytes()).isEqualTo(sizeBytes);
      }
    }
  }

  private static List<Item> scanAll(Machine machine, Scan scan) {
    List<Item> items = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Scanned page = (Scanned) machine.query(new Scan(scan.prefix(), scan.start(), scan.end(), scan.limit(), cursor,
          scan.consistency()));
      items.addAll(page.items());
      cursor = page.cursor();
    } while (cursor.isPresent());
    return items;
  }

  /** Arrays in records are compared by identity: as bytes, equal is equal. */
  private static byte[] bytesOf(List<Item> items) {
    return ReplyCodec.encode(new Scanned(items, Optional.empty()));
  }
}
