package io.flotilla.raft.machine;

import io.flotilla.persistence.SnapshotContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Several state machines that share one log, none of which knows of the others. A command or query whose first byte is a section's tag
 * is that section's, without the tag; any other is the base's, as it is.
 *
 * <p>So a group may be given sections after it has begun: what its log and its snapshots hold from the time before is the base's, whose
 * commands, queries and snapshots must therefore never begin with a byte below zero.
 *
 * <p>A snapshot is the mark, the number of parts, then each part's tag (0: the base's), length and content. Parts are gathered in memory
 * to learn their lengths, so sections are for states of megabytes.
 */
public final class SectionedStateMachine implements StateMachine {
  private static final byte MARK = -1;
  private static final int MARK_READ = 0xFF;
  private static final byte BASE = 0;

  private final StateMachine base;
  private final SortedMap<Byte, StateMachine> sections;

  /**
   * A machine of parts.
   *
   * @param sections by tag, each below zero and none of them -1, which marks snapshots
   */
  public SectionedStateMachine(StateMachine base, Map<Byte, StateMachine> sections) {
    this.base = base;
    this.sections = new TreeMap<>(sections);
    if (this.sections.keySet().stream().anyMatch(tag -> tag >= 0 || tag == MARK)) {
      throw new IllegalArgumentException("a section's tag is from -128 to -2: " + this.sections.keySet());
    }
  }

  /** A command or query for a section. */
  public static byte[] tagged(byte tag, byte[] content) {
    byte[] tagged = new byte[content.length + 1];
    tagged[0] = tag;
    System.arraycopy(content, 0, tagged, 1, content.length);
    return tagged;
  }

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    return section(command).map(section -> section.apply(index, timeMillis, untagged(command)))
        .orElseGet(() -> base.apply(index, timeMillis, command));
  }

  @Override
  public byte[] query(byte[] query) {
    return section(query).map(section -> section.query(untagged(query))).orElseGet(() -> base.query(query));
  }

  @Override
  public SnapshotContent snapshot() {
    SortedMap<Byte, SnapshotContent> frozen = new TreeMap<>();
    frozen.put(BASE, base.snapshot());
    sections.forEach((tag, section) -> frozen.put(tag, section.snapshot()));
    return out -> write(frozen, out);
  }

  @Override
  public void restore(InputStream content) throws IOException {
    PushbackInputStream in = new PushbackInputStream(content);
    int first = in.read();
    if (first != MARK_READ) {
      if (first >= 0) {
        in.unread(first);
      }
      base.restore(in);
      return;
    }
    for (int left = in.read(); left > 0; left--) {
      byte tag = (byte) in.read();
      StateMachine part = tag == BASE ? base : sections.get(tag);
      if (part == null) {
        throw new IOException("the snapshot has a section %d, which this version does not know".formatted(tag));
      }
      part.restore(new ByteArrayInputStream(readPart(in)));
    }
  }

  @Override
  public long sizeBytes() {
    return base.sizeBytes() + sections.values().stream().mapToLong(StateMachine::sizeBytes).sum();
  }

  private Optional<StateMachine> section(byte[] content) {
    return content.length == 0 ? Optional.empty() : Optional.ofNullable(sections.get(content[0]));
  }

  private static byte[] untagged(byte[] tagged) {
    byte[] content = new byte[tagged.length - 1];
    System.arraycopy(tagged, 1, content, 0, content.length);
    return content;
  }

  private static void write(SortedMap<Byte, SnapshotContent> parts, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeByte(MARK);
    data.writeByte(parts.size());
    for (Map.Entry<Byte, SnapshotContent> part : parts.entrySet()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      part.getValue().writeTo(content);
      data.writeByte(part.getKey());
      data.writeInt(content.size());
      content.writeTo(data);
    }
    data.flush();
  }

  private static byte[] readPart(InputStream in) throws IOException {
    int length = 0;
    for (byte part : exactly(in, Integer.BYTES)) {
      length = (length << Byte.SIZE) | (part & 0xFF);
    }
    return exactly(in, length);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the snapshot ends %d bytes early".formatted(length - bytes.length));
    }
    return bytes;
  }
}
