package io.flotilla.persistence.rocksdb;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.testkit.javadsl.TestKit;

/** An actor system on a data folder, with both plugins; closed, it leaves the folder free for the next one. */
final class TestSystem implements AutoCloseable {
  private final ActorSystem system;

  private TestSystem(ActorSystem system) {
    this.system = system;
  }

  static TestSystem start(Path directory, String... settings) {
    Config config = ConfigFactory.parseString(String.join("\n", settings))
        .withFallback(ConfigFactory.parseString("""
            flotilla.persistence.directory = "%s"
            flotilla.persistence.memtable-size = 1 MiB
            pekko.persistence.journal.plugin = "flotilla.persistence.journal"
            pekko.persistence.snapshot-store.plugin = "flotilla.persistence.snapshot-store"
            pekko.actor.allow-java-serialization = off
            pekko.loglevel = WARNING
            """.formatted(directory)))
        .withFallback(ConfigFactory.load());
    return new TestSystem(ActorSystem.create("test", config));
  }

  ActorSystem system() {
    return system;
  }

  ActorRef journal() {
    return Persistence.get(system).journalFor("flotilla.persistence.journal", ConfigFactory.empty());
  }

  ActorRef snapshotStore() {
    return Persistence.get(system).snapshotStoreFor("flotilla.persistence.snapshot-store", ConfigFactory.empty());
  }

  TestKit probe() {
    return new TestKit(system);
  }

  @Override
  public void close() {
    TestKit.shutdownActorSystem(system, scala.jdk.javaapi.DurationConverters.toScala(Duration.ofSeconds(20)), true);
  }
}
