package io.flotilla.http;

import com.typesafe.config.Config;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.registry.ClusterAdmin;
import io.flotilla.mapreduce.client.JobClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;

/** The REST façade of one node: translates between HTTP and the interfaces behind it, and decides nothing itself. */
public final class HttpServer {
  /** A connection over our limit is accepted, so that it can be told so; past this many more, they wait in the backlog. */
  private static final int REFUSED_CONNECTIONS = 1024;

  private static final Duration TERMINATION = Duration.ofSeconds(1);

  /** A server that accepts connections. */
  public interface Binding {
    /** Where it is bound; of port 0, the port that was found. */
    InetSocketAddress address();

    /**
     * Accepts no more connections, lets the requests under way finish within {@code flotilla.http.stop-timeout}, then cuts the
     * rest. A connection closes with its next answer. Idempotent.
     */
    CompletionStage<Done> stop();
  }

  private record Bound(ServerBinding binding, Connections connections, HttpSettings settings) implements Binding {
    @Override
    public InetSocketAddress address() {
      return binding.localAddress();
    }

    /** The library's own termination comes last: alone, it would cut a connection whose answer is still being written. */
    @Override
    public CompletionStage<Done> stop() {
      CompletableFuture<Void> quiet = connections.stop().toCompletableFuture();
      return binding.unbind()
          .thenCompose(_ -> quiet.copy().completeOnTimeout(null, settings.stopTimeout().toMillis(), TimeUnit.MILLISECONDS))
          .thenCompose(_ -> binding.terminate(TERMINATION))
          .thenApply(_ -> Done.getInstance());
    }
  }

  private HttpServer() {}

  /**
   * Binds and serves.
   *
   * @return fails if the address cannot be bound
   */
  public static CompletionStage<Binding> start(ActorSystem<?> system, KvClient client, ClusterAdmin admin, JobClient jobs,
      HttpSettings settings, PrometheusMeterRegistry registry) {
    ProcessMetrics.bindTo(registry);
    Materializer materializer = Materializer.matFromSystem(system);
    ByteBudget budget = new ByteBudget(settings.maxRequestBytesInFlight());
    Connections connections = new Connections(settings.maxConnections());
    Bodies bodies = new Bodies(settings, budget, materializer);
    Api api = new Api(new KvRoutes(client, settings, bodies, new LargeAnswers(budget)), new ClusterRoutes(admin, bodies),
        new JobRoutes(jobs, bodies), new OperationsRoutes(admin, registry), bodies, new HttpMetrics(registry, budget, connections));
    Problem tooMany = Problem.unavailable("overloaded: %d connections are open, allowed are at most that many"
        .formatted(settings.maxConnections()), 1);
    ConnectionStage stage = new ConnectionStage(connections, api::handle, request -> api.refuse(request, tooMany)
        .thenApply(response -> response.addHeader(Connection.create("close"))));
    ServerBuilder server = Http.get(system).newServerAt(settings.host(), settings.port())
        .withSettings(serverSettings(system.settings().config(), settings))
        .withMaterializer(materializer);
    return settings.tls().map(Tls::context).map(server::enableHttps).orElse(server)
        .bindFlow(Flow.fromGraph(stage))
        .thenApply(binding -> new Bound(binding, connections, settings));
  }

  /** The library's settings, with what {@code flotilla.http.pekko} lays over them for this server alone. */
  private static ServerSettings serverSettings(Config root, HttpSettings settings) {
    Config overlay = root.getConfig("flotilla.http").withOnlyPath("pekko");
    return ServerSettings.create(overlay.withFallback(root))
        .withMaxConnections(settings.maxConnections() + REFUSED_CONNECTIONS);
  }
}
