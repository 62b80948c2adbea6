package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.persistence.CorruptedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several logs side by side, as flushes and recoveries leave them, written here byte for byte. */
class LogFileCheckTest {
  private static final int HEADER_BYTES = 11;
  private static final int OPERATIONS = 3;
  private static final int WRITE_BYTES = HEADER_BYTES + 12 + 100;

  @TempDir Path database;

  @BeforeEach
  void writeListOfFiles() throws IOException {
    Files.writeString(database.resolve("CURRENT"), "MANIFEST-000001\n");
    Files.write(database.resolve("MANIFEST-000001"), new byte[0]);
  }

  @Test
  void wholeLogsAreAccepted() throws IOException {
    log(7, write(7, 1), write(7, 4));
    log(9, write(9, 7));
    assertAccepted();
  }

  /** A log that is used again ends amid an older one's bytes, which may look like the header of any record. */
  @ParameterizedTest(name = "type {0}")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 8, 9, 11, 130})
  void whatAnOlderLogLeftBehindTheEndIsNoDamage(int type) throws IOException {
    byte[] leftover = write(5, 1);
    leftover[6] = (byte) type;
    log(7, write(7, 1), leftover);
    log(9, write(9, 4));
    assertAccepted();
  }

  @Test
  void aTornLogBesideTheOneThatTheRecoveryBeganIsAccepted() throws IOException {
    log(7, write(7, 1), torn(write(7, 4)));
    log(9, write(9, 4));
    assertAccepted();
  }

  @Test
  void aLogTornInItsFirstWriteBesideTheOneThatTheRecoveryBeganIsAccepted() throws IOException {
    log(7, write(7, 1));
    log(8, torn(write(8, 4)));
    log(9, write(9, 4));
    assertAccepted();
  }

  @Test
  void aDamagedLastWriteIsRefusedWhenALaterLogShowsThatItWasWhole() throws IOException {
    log(7, write(7, 1), Folders.flip(write(7, 4), 50));
    log(9, write(9, 7));
    assertRefused("000007.log: the record at byte " + WRITE_BYTES);
  }

  @Test
  void aDamagedFirstWriteIsRefusedWhenALaterLogShowsThatItWasWhole() throws IOException {
    log(7, Folders.flip(write(7, 1), 50));
    log(9, write(9, 4));
    assertRefused("000007.log: the record at byte 0");
  }

  @Test
  void aDamagedWriteBeforeAnotherIsRefused() throws IOException {
    log(7, Folders.flip(write(7, 1), 50), write(7, 4));
    assertRefused("000007.log: the record at byte 0");
  }

  /** Whatever place a block's end leaves for a write's beginning. */
  @Test
  void aWriteThatSpansBlocksIsReadWhole() throws IOException {
    for (int left = 0; left <= HEADER_BYTES + 20; left++) {
      int firstBytes = (32 << 10) - left;
      byte[] first = record(7, 5, payload(1, firstBytes - HEADER_BYTES - 12));
      byte[] second = payload(4, 100);
      int room = Math.max(0, left - HEADER_BYTES);
      byte[] spanning = left < HEADER_BYTES
          ? concat(List.of(new byte[left], record(7, 5, second)))
          : concat(List.of(
              record(7, 6, Arrays.copyOf(second, room)), record(7, 8, Arrays.copyOfRange(second, room, second.length))));
      log(7, first, spanning, torn(write(7, 7)));
      log(9, write(9, 7));
      assertAccepted();
      log(9, write(9, 10));
      assertRefused("000007.log");
    }
  }

  private void assertAccepted() {
    assertThatCode(() -> LogFileCheck.verify(database)).doesNotThrowAnyException();
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> LogFileCheck.verify(database))
        .isInstanceOf(CorruptedDataException.class).hasMessageContaining(message);
  }

  private void log(int number, byte[]... records) throws IOException {
    Files.write(database.resolve("%06d.log".formatted(number)), concat(List.of(records)));
  }

  /** A write in one record, with the sequence number given and {@link #OPERATIONS} operations. */
  private static byte[] write(int logNumber, long sequence) {
    return record(logNumber, 5, payload(sequence, 100));
  }

  private static byte[] payload(long sequence, int bytes) {
    return ByteBuffer.allocate(12 + bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(sequence).putInt(OPERATIONS)
        .put(Contents.random(bytes, sequence)).array();
  }

  private static byte[] record(int logNumber, int type, byte[] data) {
    ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN);
    record.position(4).putShort((short) data.length).put((byte) type).putInt(logNumber).put(data);
    CRC32C crc = new CRC32C();
    crc.update(record.array(), 6, record.capacity() - 6);
    return record.putInt(0, Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8).array();
  }

  /** Its last part never reached the file, which has its length from before. */
  private static byte[] torn(byte[] write) {
    return Arrays.copyOf(Arrays.copyOf(write, write.length / 2), write.length);
  }

  private static byte[] concat(List<byte[]> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(all::put);
    return all.array();
  }
}
