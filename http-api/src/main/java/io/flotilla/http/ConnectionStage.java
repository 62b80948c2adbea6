package io.flotilla.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import scala.jdk.javaapi.FutureConverters;

/**
 * The requests of one connection, one at a time. It does what {@code mapAsync} would, and counts the connection: one beyond the
 * limit is told so and closed, rather than left waiting in the backlog.
 */
final class ConnectionStage extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {
  private final Inlet<HttpRequest> in = Inlet.create("requests");
  private final Outlet<HttpResponse> out = Outlet.create("responses");
  private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(in, out);
  private final Connections connections;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> handler;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> refusal;

  /**
   * A stage that every connection makes its own logic from.
   *
   * @param handler its stages never complete exceptionally
   * @param refusal answers where there are too many connections
   */
  ConnectionStage(Connections connections, Function<HttpRequest, CompletionStage<HttpResponse>> handler,
      Function<HttpRequest, CompletionStage<HttpResponse>> refusal) {
    this.connections = connections;
    this.handler = handler;
    this.refusal = refusal;
  }

  @Override
  public FlowShape<HttpRequest, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private AsyncCallback<HttpResponse> answered;
    private boolean withinLimit;
    private boolean answering;
    /** As {@link Connections#busy}: longer than {@code answering} where the connection closes with the answer. */
    private boolean busy;

    Logic() {
      super(shape);
      setHandler(in, new AbstractInHandler() {
        @Override
        public void onPush() {
          onRequest(grab(in));
        }

        @Override
        public void onUpstreamFinish() {
          if (!answering) {
            completeStage();
          }
        }
      });
      setHandler(out, new AbstractOutHandler() {
        @Override
        public void onPull() {
          if (isClosed(in)) {
            completeStage();
          } else {
            pull(in);
          }
        }
      });
    }

    @Override
    public void preStart() {
      withinLimit = connections.opened();
      answered = createAsyncCallback(this::onAnswer);
    }

    @Override
    public void postStop() {
      if (busy) {
        connections.idle();
      }
      connections.closed();
    }

    private void onRequest(HttpRequest request) {
      answering = true;
      busy = true;
      connections.busy();
      CompletableFuture<HttpResponse> answer = (withinLimit ? handler : refusal).apply(request).toCompletableFuture();
      if (answer.isDone()) {
        onAnswer(answer.join());
      } else {
        var _ = answer.thenAccept(this::deliver);
      }
    }

    /** From the thread that has the answer. An answer in pieces that comes too late is taken in here: its bytes count until then. */
    private void deliver(HttpResponse response) {
      if (response.entity().isStrict()) {
        answered.invoke(response);
      } else {
        var _ = FutureConverters.asJava(answered.invokeWithFeedback(response)).exceptionally(_ -> {
          response.discardEntityBytes(materializer());
          return Done.getInstance();
        });
      }
    }

    private void onAnswer(HttpResponse response) {
      answering = false;
      if (connections.isStopping()) {
        // Still busy: the answer is out only when the library has written it and closed the connection.
        push(out, response.addHeader(Connection.create("close")));
      } else {
        push(out, response);
        busy = false;
        connections.idle();
      }
      if (isClosed(in)) {
        completeStage();
      }
    }
  }
}
