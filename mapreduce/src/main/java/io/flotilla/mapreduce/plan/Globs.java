package io.flotilla.mapreduce.plan;

import io.flotilla.mapreduce.JobRefusedException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the files that globs mean, with their sizes. {@code *}, {@code ?}, {@code [a-z]} and {@code {a,b}} stay within one name,
 * {@code **} crosses folders ({@link FileSystems#getDefault}'s {@code glob:} syntax); {@code \} takes a character's meaning away. A
 * folder is matched by no glob, only what is in it.
 */
final class Globs {
  private static final String SPECIAL = "*?[{\\";

  private Globs() {}

  /** A file and how long it is now. */
  record InputFile(String path, long sizeBytes) {}

  /**
   * All files, each once, by path.
   *
   * @throws JobRefusedException a glob is malformed or relative, matches nothing, or a file cannot be read
   */
  static List<InputFile> find(List<String> globs) throws JobRefusedException {
    SortedMap<String, InputFile> files = new TreeMap<>();
    for (String glob : globs) {
      SortedMap<String, InputFile> found = find(glob);
      if (found.isEmpty()) {
        throw Refusals.invalid("no file matches the input \"%s\"".formatted(glob));
      }
      files.putAll(found);
    }
    return List.copyOf(files.values());
  }

  private static SortedMap<String, InputFile> find(String glob) throws JobRefusedException {
    if (!glob.startsWith("/")) {
      throw Refusals.invalid("the input \"%s\" is relative; all nodes must see it under the same absolute path, or it is kv:PREFIX"
          .formatted(glob));
    }
    return isPlain(glob) ? single(pathOf(glob)) : walk(glob);
  }

  private static boolean isPlain(String glob) {
    return glob.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0);
  }

  private static SortedMap<String, InputFile> single(Path path) throws JobRefusedException {
    if (Files.isDirectory(path)) {
      throw Refusals.invalid("the input %s is a folder; name the files in it, as in %s/*".formatted(path, path));
    }
    SortedMap<String, InputFile> found = new TreeMap<>();
    if (Files.exists(path)) {
      add(path, found);
    }
    return found;
  }

  private static SortedMap<String, InputFile> walk(String glob) throws JobRefusedException {
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw Refusals.invalid("the input \"%s\" is no glob: %s".formatted(glob, e.getDescription()));
    }
    Path root = root(glob);
    SortedMap<String, InputFile> found = new TreeMap<>();
    if (Files.isDirectory(root)) {
      for (Path path : matches(root, matcher, depth(glob, root))) {
        add(path, found);
      }
    }
    return found;
  }

  /** The folder above the first name that is a pattern. */
  private static Path root(String glob) throws JobRefusedException {
    int special = 0;
    while (SPECIAL.indexOf(glob.charAt(special)) < 0) {
      special++;
    }
    return pathOf(glob.substring(0, glob.lastIndexOf('/', special) + 1));
  }

  /** How far below the root a match can be. */
  private static int depth(String glob, Path root) {
    long names = glob.chars().filter(c -> c == '/').count();
    // Slashes within braces may count alternatives twice, which only looks deeper than needed.
    return glob.contains("**") ? Integer.MAX_VALUE : (int) names - root.getNameCount();
  }

  private static List<Path> matches(Path root, PathMatcher matcher, int depth) throws JobRefusedException {
    List<Path> matches = new ArrayList<>();
    try {
      Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
          if (!attributes.isDirectory() && matcher.matches(file)) {
            matches.add(file);
          }
          return FileVisitResult.CONTINUE;
        }

        // A folder that may not be listed, or a link that leads nowhere: if it matches, reading it says so.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
          if (matcher.matches(file)) {
            matches.add(file);
          }
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw Refusals.invalid("the input's folder %s cannot be listed: %s".formatted(root, e));
    }
    return matches;
  }

  private static void add(Path path, SortedMap<String, InputFile> found) throws JobRefusedException {
    try {
      if (!Files.isRegularFile(path)) {
        throw Refusals.invalid("the input %s is no regular file".formatted(path));
      }
      if (!Files.isReadable(path)) {
        throw Refusals.invalid("the input %s cannot be read: permission denied".formatted(path));
      }
      found.put(path.toString(), new InputFile(path.toString(), Files.size(path)));
    } catch (IOException e) {
      throw Refusals.invalid("the input %s cannot be read: %s".formatted(path, e));
    }
  }

  static Path pathOf(String text) throws JobRefusedException {
    try {
      return Path.of(text).normalize();
    } catch (InvalidPathException e) {
      throw Refusals.invalid("\"%s\" is no path: %s".formatted(text, e.getReason()));
    }
  }
}
