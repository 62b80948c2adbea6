package io.flotilla.node.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dispatchers that are configured to use it, do. */
@Timeout(60)
class RunNextExecutorConfiguratorTest {
  private static final int THREADS = 3;
  private static ActorTestKit testKit;

  @BeforeAll
  static void start() {
    Config own = ConfigFactory.parseString("""
        some-dispatcher {
          type = Dispatcher
          executor = "%s"
          run-next-executor { parallelism-min = %d, parallelism-factor = 0.0, parallelism-max = 16 }
        }""".formatted(RunNextExecutorConfigurator.class.getName(), THREADS));
    Config ofNodes = ConfigFactory.parseResources("flotilla-node.conf");
    testKit = ActorTestKit.create("run-next", own
        .withFallback(ofNodes.getConfig("pekko.actor.default-dispatcher").atPath("pekko.actor.default-dispatcher"))
        .withFallback(ofNodes.getValue("pekko.actor.internal-dispatcher").atPath("pekko.actor.internal-dispatcher"))
        .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void aDispatcherHasAsManyThreadsAsItsConfigurationSays() throws InterruptedException {
    String name = threadOf("some-dispatcher").getName();
    String prefix = name.substring(0, name.lastIndexOf('-'));
    assertThat(prefix).isEqualTo("run-next-some-dispatcher");
    assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> thread.getName().startsWith(prefix)).hasSize(THREADS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pekko.actor.default-dispatcher", "pekko.actor.internal-dispatcher"})
  void aNodesActorsAndStreamsShareOne(String dispatcher) throws InterruptedException {
    assertThat(threadOf(dispatcher).getName()).startsWith("run-next-pekko.actor.default-dispatcher-");
  }

  /** A thread of that dispatcher, which an executor of ours has to be at the bottom of. */
  private static Thread threadOf(String dispatcher) throws InterruptedException {
    ActorSystem<?> system = testKit.system();
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicReference<StackTraceElement[]> trace = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher)).execute(() -> {
      thread.set(Thread.currentThread());
      trace.set(Thread.currentThread().getStackTrace());
      done.countDown();
    });
    done.await();
    assertThat(Arrays.stream(trace.get()).map(StackTraceElement::getClassName)).contains(RunNextExecutor.class.getName() + "$Worker");
    return thread.get();
  }
}
