package io.flotilla.simulation.mutant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A known pitfall, as a change to the product's source. One file each: lines of {@code key: value}, then what to find, then what to put.
 *
 * @param name the file's
 * @param pitfall what goes wrong, in words
 * @param source the source file, from the repository's root
 * @param find occurs in it once
 * @param put takes its place
 * @param hunt the id of the scenario whose runs must notice
 * @param laws any of which may be what they notice
 * @param firstSeed where to begin: one that is known to notice, which saves time and nothing else
 * @param seeds how many runs there may be before one notices
 */
record Mutant(String name, String pitfall, String source, String find, String put, String hunt, Set<String> laws, long firstSeed,
    int seeds) {
  private static final String FIND = "---- find\n";
  private static final String PUT = "---- put\n";

  /** All of a folder, by name. */
  static List<Mutant> allIn(Path folder) throws IOException {
    List<Mutant> mutants = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        mutants.add(parse(file.getFileName().toString().replace(".mutant", ""), Files.readString(file)));
      }
    }
    return mutants;
  }

  private static Mutant parse(String name, String text) {
    int find = text.indexOf(FIND);
    int put = text.indexOf(PUT);
    Map<String, String> header = new HashMap<>();
    text.substring(0, find).lines().forEach(line -> {
      int colon = line.indexOf(':');
      header.put(line.substring(0, colon), line.substring(colon + 1).strip());
    });
    return new Mutant(name, header.get("pitfall"), header.get("source"), text.substring(find + FIND.length(), put).stripTrailing(),
        text.substring(put + PUT.length()).stripTrailing(), header.get("hunt"), Set.of(header.get("laws").split(", ")),
        Long.parseLong(header.getOrDefault("first-seed", "1")), Integer.parseInt(header.get("seeds")));
  }

  /** The source with the change made. */
  String applyTo(String original) {
    int at = original.indexOf(find);
    if (at < 0 || original.indexOf(find, at + 1) >= 0) {
      throw new IllegalArgumentException("mutant %s applies no more: what it looks for is not in %s just once".formatted(name, source));
    }
    return original.substring(0, at) + put + original.substring(at + find.length());
  }
}
