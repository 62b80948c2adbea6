package io.flotilla.mapreduce.shuffle;

import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.sort.SegmentFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves segments of this node's map output. A virtual thread for each connection; the kernel copies from file to socket. Knows of no
 * tasks: what is in the {@link WorkFolder} under its final name is whole.
 */
public final class SegmentServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentServer.class);
  private static final int STEP_BYTES = 1024 * 1024;

  private final WorkFolder folder;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private SegmentServer(WorkFolder folder, ServerSocketChannel server) {
    this.folder = folder;
    this.server = server;
  }

  /**
   * Listens at a free port.
   *
   * @throws IOException the host is not this machine's
   */
  public static SegmentServer start(WorkFolder folder, String host) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.bind(new InetSocketAddress(host, 0));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw new IOException("flotilla.mapreduce.shuffle.host: cannot listen on %s: %s".formatted(host, e), e);
    }
    SegmentServer started = new SegmentServer(folder, channel);
    Thread.ofVirtual().name("shuffle-accept").start(started::accept);
    return started;
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        connections.add(connection);
        Thread.ofVirtual().name("shuffle-serve").start(() -> serve(connection));
      }
    } catch (ClosedChannelException _) {
      // The node stops.
    } catch (IOException e) {
      LOG.error("No more shuffle connections are taken: reduce tasks elsewhere cannot fetch from this node", e);
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(connection), 512));
      if (in.readLong() != Wire.MAGIC) {
        LOG.warn("Somebody who does not speak the shuffle's language connected from {}", connection.getRemoteAddress());
        return;
      }
      while (true) {
        answer(Wire.Request.readFrom(in), connection);
      }
    } catch (EOFException | ClosedChannelException _) {
      // It has what it wanted, or the node stops.
    } catch (IOException e) {
      LOG.debug("A shuffle connection broke", e);
    } finally {
      connections.remove(connection);
    }
  }

  private void answer(Wire.Request request, SocketChannel connection) throws IOException {
    SegmentFile file;
    try {
      file = SegmentFile.open(folder.mapOutput(request.mapAttempt()));
    } catch (IOException | IllegalArgumentException e) {
      refuse(connection, "no output of %s: %s".formatted(request.mapAttempt(), e));
      return;
    }
    if (request.partition() < 0 || request.partition() >= file.segments().size()) {
      refuse(connection, "%s has no partition %d".formatted(request.mapAttempt(), request.partition()));
      return;
    }
    send(file, file.segments().get(request.partition()), connection);
  }

  private static void refuse(SocketChannel connection, String reason) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(Wire.GONE);
    out.writeUTF(reason);
    writeFully(connection, ByteBuffer.wrap(bytes.toByteArray()));
  }

  private static void send(SegmentFile file, SegmentFile.Segment segment, SocketChannel connection) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(1 + 2 * Long.BYTES + Integer.BYTES);
    head.put(Wire.FOUND).putLong(segment.lengthBytes()).putLong(segment.records()).putInt(segment.crc()).flip();
    writeFully(connection, head);
    try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      long from = segment.offset();
      long end = from + segment.lengthBytes();
      while (from < end) {
        from += step(channel, from, Math.min(STEP_BYTES, end - from), connection);
      }
    }
  }

  /** Zero copy; where the socket takes nothing at the moment, a buffer is written instead, which waits without a platform thread. */
  private static long step(FileChannel channel, long from, long count, SocketChannel connection) throws IOException {
    long sent = channel.transferTo(from, count, connection);
    if (sent > 0) {
      return sent;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 64 * 1024));
    if (channel.read(buffer, from) <= 0) {
      throw new EOFException("the file became shorter while it was sent");
    }
    return writeFully(connection, buffer.flip());
  }

  private static long writeFully(SocketChannel connection, ByteBuffer bytes) throws IOException {
    long count = bytes.remaining();
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
    return count;
  }
}
