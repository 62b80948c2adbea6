package io.flotilla.node;

import io.flotilla.kv.router.DirectoryProtocol;
import io.flotilla.kv.router.DirectorySnapshot;
import io.flotilla.kv.router.Router;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Where this node's knowledge of groups and nodes is posted: for its own router at once, for clients elsewhere when they ask. */
final class DirectoryBoard implements Consumer<DirectorySnapshot> {
  private final ActorRef<Router.Command> router;
  private volatile DirectorySnapshot latest = DirectorySnapshot.EMPTY;

  DirectoryBoard(ActorRef<Router.Command> router) {
    this.router = router;
  }

  @Override
  public void accept(DirectorySnapshot snapshot) {
    latest = snapshot;
    router.tell(new Router.UseDirectory(snapshot));
  }

  /** The actor that clients elsewhere ask. */
  Behavior<DirectoryProtocol> served() {
    return Behaviors.receiveMessage(message -> switch (message) {
      case DirectoryProtocol.GetDirectory(var replyTo) -> {
        replyTo.tell(latest);
        yield Behaviors.same();
      }
    });
  }
}
