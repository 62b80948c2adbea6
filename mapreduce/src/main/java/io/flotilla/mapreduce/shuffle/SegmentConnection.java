package io.flotilla.mapreduce.shuffle;

import io.flotilla.mapreduce.sort.CorruptSegmentException;
import io.flotilla.mapreduce.sort.SegmentFile;
import io.flotilla.mapreduce.task.MapOutput;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.CRC32C;

/** A connection to one node's {@link SegmentServer}: segments one after the other, each checked against its checksum. */
final class SegmentConnection implements AutoCloseable {
  private static final int STEP_BYTES = 128 * 1024;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  private SegmentConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), STEP_BYTES));
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  /** What the node answered. */
  sealed interface Answer {
    record Fetched(FetchedSegment segment) implements Answer {}

    /** Asking again would not help. */
    record Gone(String reason) implements Answer {}
  }

  static SegmentConnection open(String host, int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) timeout.toMillis());
      socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
      SegmentConnection connection = new SegmentConnection(socket);
      connection.out.writeLong(Wire.MAGIC);
      return connection;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Fetches one segment.
   *
   * @param memory asked for room; whatever does not get any goes to {@code file}
   * @throws CorruptSegmentException what came is not what was written
   */
  Answer fetch(MapOutput output, int partition, MemoryBudget memory, Path file) throws IOException {
    new Wire.Request(output.attempt(), partition).writeTo(out);
    if (in.readByte() == Wire.GONE) {
      return new Answer.Gone(in.readUTF());
    }
    long lengthBytes = in.readLong();
    long records = in.readLong();
    int crc = in.readInt();
    if (!memory.maybeReserve(lengthBytes)) {
      return new Answer.Fetched(toFile(output, file, new SegmentFile.Segment(0, lengthBytes, records, crc)));
    }
    try {
      return new Answer.Fetched(toMemory(output, (int) lengthBytes, records, crc));
    } catch (IOException e) {
      memory.release(lengthBytes);
      throw e;
    }
  }

  private FetchedSegment toMemory(MapOutput output, int lengthBytes, long records, int expectedCrc) throws IOException {
    byte[] bytes = in.readNBytes(lengthBytes);
    if (bytes.length < lengthBytes) {
      throw new EOFException("the connection ended within a segment");
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    requireSame(output, (int) crc.getValue(), expectedCrc);
    return new FetchedSegment.InMemory(bytes, records);
  }

  private FetchedSegment toFile(MapOutput output, Path file, SegmentFile.Segment segment) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[STEP_BYTES];
    try (OutputStream target = Files.newOutputStream(file)) {
      long left = segment.lengthBytes();
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException("the connection ended within a segment");
        }
        crc.update(buffer, 0, count);
        target.write(buffer, 0, count);
        left -= count;
      }
    }
    requireSame(output, (int) crc.getValue(), segment.crc());
    return new FetchedSegment.InFile(file, segment);
  }

  private static void requireSame(MapOutput output, int crc, int expectedCrc) throws CorruptSegmentException {
    if (crc != expectedCrc) {
      throw new CorruptSegmentException("the segment of %s from %s has another checksum than it was written with"
          .formatted(output.attempt(), output.node()));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
