package io.flotilla.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FiberTest {
  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)   // what it shows is that it ends
  void aRunMayEndJustWhenAFiberHasWhatItWaitedFor() {
    AtomicBoolean wentOn = new AtomicBoolean();
    CompletableFuture<String> outcome = new CompletableFuture<>();
    try (World world = World.of(1)) {
      world.kernel().go("waits", () -> {
        String _ = world.kernel().await(outcome);
        wentOn.set(true);
      });
      world.advance(Duration.ofMillis(1));
      boolean _ = outcome.complete("there");
    }
    assertThat(wentOn).isFalse();
  }
}
