package io.flotilla.simulation.raft;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.raft.machine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps every command, as the service of the course's Raft suites does. A query, whatever it says, is answered with the index of the
 * latest command, which tells what the reader saw.
 */
public final class RecordingMachine implements StateMachine {
  private final List<byte[]> commands = new ArrayList<>();
  private long index;
  private long sizeBytes;

  @Override
  public byte[] apply(long commandIndex, long timeMillis, byte[] command) {
    index = commandIndex;
    commands.add(command);
    sizeBytes += command.length;
    return answer(commandIndex);
  }

  @Override
  public byte[] query(byte[] query) {
    return answer(index);
  }

  private static byte[] answer(long index) {
    return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
  }

  /** The index in an answer. */
  public static long indexIn(byte[] answer) {
    return ByteBuffer.wrap(answer).getLong();
  }

  @Override
  public SnapshotContent snapshot() {
    long ofIndex = index;
    List<byte[]> ofCommands = List.copyOf(commands);
    return out -> {
      DataOutputStream data = new DataOutputStream(out);
      data.writeLong(ofIndex);
      data.writeInt(ofCommands.size());
      for (byte[] command : ofCommands) {
        data.writeInt(command.length);
        data.write(command);
      }
      data.flush();
    };
  }

  @Override
  public void restore(InputStream content) throws IOException {
    DataInputStream data = new DataInputStream(content);
    commands.clear();
    sizeBytes = 0;
    index = data.readLong();
    for (int left = data.readInt(); left > 0; left--) {
      byte[] command = data.readNBytes(data.readInt());
      commands.add(command);
      sizeBytes += command.length;
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }
}
