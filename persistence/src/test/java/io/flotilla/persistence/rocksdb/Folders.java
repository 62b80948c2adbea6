package io.flotilla.persistence.rocksdb;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What tests do to data folders. */
final class Folders {
  private Folders() {}

  /** The sum of all files; those that vanish meanwhile count nothing. */
  static long sizeBytes(Path folder) {
    long bytes = 0;
    File[] files = folder.toFile().listFiles();
    for (File file : files == null ? new File[0] : files) {
      bytes += file.isDirectory() ? sizeBytes(file.toPath()) : file.length();
    }
    return bytes;
  }

  /** The folder as a crash at this moment would leave it, as long as nobody writes. */
  static Path crashImage(Path folder, Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(folder.relativize(file).toString()));
      }
    }
    return copy;
  }

  /** The largest file with this ending. */
  static Path largest(Path folder, String ending) throws IOException {
    return files(folder).stream().filter(file -> file.toString().endsWith(ending))
        .max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
  }

  /** The smallest file with this ending. */
  static Path smallest(Path folder, String ending) throws IOException {
    return files(folder).stream().filter(file -> file.toString().endsWith(ending))
        .min(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
  }

  /** All files, sorted. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static void change(Path file, UnaryOperator<byte[]> change) throws IOException {
    Files.write(file, change.apply(Files.readAllBytes(file)));
  }

  static byte[] flip(byte[] bytes, int position) {
    byte[] flipped = bytes.clone();
    flipped[position] ^= 0x10;
    return flipped;
  }

  /** Name and checksum of each file. */
  static Map<String, Long> contents(Path folder) throws IOException {
    Map<String, Long> contents = new TreeMap<>();
    for (Path file : files(folder)) {
      CRC32C crc = new CRC32C();
      crc.update(Files.readAllBytes(file));
      contents.put(file.toString(), crc.getValue());
    }
    return contents;
  }
}
