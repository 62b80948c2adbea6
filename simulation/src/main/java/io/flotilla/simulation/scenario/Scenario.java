package io.flotilla.simulation.scenario;

import io.flotilla.simulation.world.World;
import java.util.function.Consumer;

/**
 * Something that happens to a cluster, told as code that runs in virtual time, and what must hold meanwhile. Whatever it leaves open is
 * for the seed of its world to decide.
 *
 * @param id as the suites that it comes from have it: {@code RE1}
 * @param title the name there
 * @param play tells the story; throws what an assertion throws if something does not hold
 */
public record Scenario(String id, String title, Consumer<World> play) {
  @Override
  public String toString() {
    return id + " " + title;
  }
}
