package io.flotilla.mapreduce.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Removes folders that others may be removing, or writing into, at the same time. */
public final class Folders {
  private Folders() {}

  /** Removes a folder and all in it; one that is not there is fine. */
  public static void remove(Path folder) throws IOException {
    removeExcept(folder, Optional.empty());
  }

  /** Removes a folder and all in it, {@code last} after everything else, so that it marks the rest as long as there is any. */
  public static void removeLast(Path folder, Path last) throws IOException {
    removeExcept(folder, Optional.of(last));
    remove(last);
    remove(folder);
  }

  private static void removeExcept(Path folder, Optional<Path> kept) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(folder, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
        return kept.filter(visited::equals).isPresent() ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
          return FileVisitResult.CONTINUE;
        }
        throw failure;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
        if (kept.filter(path -> path.startsWith(visited)).isEmpty()) {
          Files.deleteIfExists(visited);
        }
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
