package io.flotilla.node.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dispatcher that is configured to use it, does. */
class RunNextExecutorConfiguratorTest {
  private static final int THREADS = 3;

  @Test
  @Timeout(60)
  void aDispatcherHasAsManyThreadsAsItsConfigurationSays() throws InterruptedException {
    ActorTestKit testKit = ActorTestKit.create("run-next", ConfigFactory.parseString("""
        some-dispatcher {
          type = Dispatcher
          executor = "%s"
          run-next-executor { parallelism-min = %d, parallelism-factor = 0.0, parallelism-max = 16 }
        }""".formatted(RunNextExecutorConfigurator.class.getName(), THREADS)).withFallback(ConfigFactory.load()));
    try {
      Executor dispatcher = testKit.system().dispatchers().lookup(DispatcherSelector.fromConfig("some-dispatcher"));
      Set<String> names = ConcurrentHashMap.newKeySet();
      CyclicBarrier allAtOnce = new CyclicBarrier(THREADS);
      CountDownLatch done = new CountDownLatch(THREADS);
      for (int i = 0; i < THREADS; i++) {
        dispatcher.execute(() -> {
          names.add(Thread.currentThread().getName());
          meet(allAtOnce);
          done.countDown();
        });
      }
      done.await();
      assertThat(names).hasSize(THREADS).allMatch(name -> name.startsWith("run-next-some-dispatcher-"));
    } finally {
      testKit.shutdownTestKit();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
