package io.flotilla.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A façade in a JVM of its own, for {@link FloodTest}: prints its port, and ends when its standard input does. */
final class FloodedServer {
  private FloodedServer() {}

  /** Takes a while for each write, as a log on disk would, and keeps nothing. */
  private static final class SlowStore implements KvClient {
    private static final int WRITE_MILLIS = 20;

    @Override
    public CompletionStage<KvReply> execute(KvRequest request) {
      KvReply reply = request instanceof KvRequest.Put put ? new KvReply.Written(1, 1, put.value().length) : new KvReply.NotFound();
      return new CompletableFuture<KvReply>().completeOnTimeout(reply, WRITE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
      return execute(write);
    }

    @Override
    public void close() {}
  }

  @SuppressWarnings("SystemOut")   // how the parent process learns the port
  public static void main(String[] args) throws Exception {
    Config config = ConfigFactory.parseString("""
        pekko { loglevel = WARNING, log-dead-letters = off, actor.provider = local }
        flotilla { kv.max-value-size = 1 MiB, http.port = 0 }
        """).withFallback(ConfigFactory.parseResources("flotilla-node.conf")).withFallback(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "flooded", config);
    HttpServer.Binding binding = HttpServer.start(system, new SlowStore(), new FakeCluster(), new FakeJobs(), HttpSettings.from(config),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)).toCompletableFuture().join();
    System.out.println("port " + binding.address().getPort());
    System.in.readAllBytes();
    system.terminate();
  }
}
