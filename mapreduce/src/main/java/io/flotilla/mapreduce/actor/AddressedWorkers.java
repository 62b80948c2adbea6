package io.flotilla.mapreduce.actor;

import io.flotilla.kv.registry.AddressBook;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/** The workers of all nodes that the registry knows. */
public final class AddressedWorkers implements WorkerDirectory {
  private final ActorRefResolver resolver;
  private final AddressBook book;

  public AddressedWorkers(ActorSystem<?> system, AddressBook book) {
    this.resolver = ActorRefResolver.get(system);
    this.book = book;
  }

  @Override
  public SortedSet<String> nodes() {
    return book.nodes();
  }

  @Override
  public Optional<ActorRef<WorkerProtocol>> find(String node) {
    return book.systemOf(node).map(system -> resolver.resolveActorRef("%s/user/%s".formatted(system, NAME)));
  }
}
