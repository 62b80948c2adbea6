package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/** One keep-alive connection, opened when first used and again after each failure. Belongs to the selector's thread. */
final class HttpConnection {
  /** Heads and lines have to fit; bodies need not. */
  private static final int READ_BUFFER_BYTES = 8 << 10;

  /** Told once of each request's end. */
  interface Listener {
    void onResponse(HttpConnection connection, Operation operation, long intendedNanos, int status);

    void onFailure(HttpConnection connection, String error);
  }

  private final InetSocketAddress endpoint;
  private final Selector selector;
  private final Dialect dialect;
  private final Listener listener;
  private final ByteBuffer head = ByteBuffer.allocateDirect(Dialect.MAX_HEAD_BYTES);
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private final ByteBuffer[] outgoing = {head, Dialect.NO_BODY};
  private ResponseReader responses = new ResponseReader();
  private SocketChannel channel;
  private SelectionKey key;
  private Operation operation;
  private long intendedNanos;
  private long sentNanos;
  private long restingUntil;

  HttpConnection(InetSocketAddress endpoint, Selector selector, Dialect dialect, Listener listener) {
    this.endpoint = endpoint;
    this.selector = selector;
    this.dialect = dialect;
    this.listener = listener;
  }

  long restingUntil() {
    return restingUntil;
  }

  void restUntil(long nanos) {
    restingUntil = nanos;
  }

  /** Only when no request is under way. */
  void send(Operation next, long intended) {
    operation = next;
    intendedNanos = intended;
    sentNanos = System.nanoTime();
    head.clear();
    dialect.writeHead(next, head);
    head.flip();
    outgoing[1] = dialect.body(next).duplicate();
    try {
      if (channel == null) {
        connect();
      } else {
        write();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private void connect() throws IOException {
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    responses = new ResponseReader();
    incoming.clear();
    boolean connected = channel.connect(endpoint);
    key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    if (connected) {
      write();
    }
  }

  private void write() throws IOException {
    channel.write(outgoing);
    int interest = SelectionKey.OP_READ | (outgoing[1].hasRemaining() || head.hasRemaining() ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  /** The selector found something to do. */
  void onReady() {
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        write();
        return;
      }
      if (key.isReadable() && !read()) {
        return;
      }
      if (key.isValid() && key.isWritable()) {
        write();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Whether the request that was under way still is. */
  private boolean read() throws IOException {
    int count = channel.read(incoming);
    if (count < 0) {
      close();
      if (operation == null) {
        return false;
      }
      fail(new IOException("closed"));
      return false;
    }
    incoming.flip();
    boolean ended = operation != null && responses.read(incoming);
    incoming.compact();
    if (!ended) {
      return true;
    }
    // An answer that came before the request was wholly sent (a refusal): the rest would be taken for the next request.
    if (responses.closes() || head.hasRemaining() || outgoing[1].hasRemaining()) {
      close();
    }
    Operation answered = operation;
    operation = null;
    listener.onResponse(this, answered, intendedNanos, responses.status());
    return false;
  }

  /** Gives up the request under way if it is older than that. */
  void expire(long now, long timeoutNanos) {
    if (operation != null && now - sentNanos > timeoutNanos) {
      fail(new IOException("timeout"));
    }
  }

  private void fail(IOException e) {
    close();
    operation = null;
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    listener.onFailure(this, message.toLowerCase(Locale.ROOT));
  }

  void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a socket that cannot be closed", e);
      }
      channel = null;
    }
  }
}
