package io.flotilla.kv;

import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Batch;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.Get;
import io.flotilla.kv.KvRequest.KeyWrite;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.KvRequest.Scan;
import io.flotilla.kv.KvRequest.Write;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Requests at random over few keys and small numbers, so that they often meet. */
public final class RandomRequests {
  private static final byte[] ALPHABET = {'a', 'b', (byte) 0xC3, (byte) 0xA9}; // Two of them are negative: order is unsigned.
  private final Random random;

  public RandomRequests(long seed) {
    this.random = new Random(seed);
  }

  public Write write() {
    return random.nextInt(10) == 0
        ? new Batch(IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(_ -> keyWrite()).toList()) : keyWrite();
  }

  public KeyWrite keyWrite() {
    return switch (random.nextInt(4)) {
      case 0 -> new Append(key(), bytes(6), condition());
      case 1 -> new Delete(key(), condition());
      default -> new Put(key(), bytes(12), condition());
    };
  }

  public Read read() {
    return random.nextBoolean() ? new Get(key(), Consistency.STALE) : scan();
  }

  public Scan scan() {
    return new Scan(bytesOf(random.nextInt(3)), bound(), bound(), 1 + random.nextInt(5), Optional.empty(), Consistency.STALE);
  }

  public Key key() {
    return Key.ofUtf8(bytesOf(1 + random.nextInt(3)));
  }

  private Optional<byte[]> bound() {
    return random.nextInt(3) == 0 ? Optional.of(bytesOf(random.nextInt(3))) : Optional.empty();
  }

  private Condition condition() {
    return switch (random.nextInt(8)) {
      case 0 -> new Condition.VersionIs(random.nextInt(4));
      case 1 -> new Condition.RevisionIs(random.nextInt(40));
      case 2 -> new Condition.Absent();
      default -> Condition.ALWAYS;
    };
  }

  private byte[] bytesOf(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = ALPHABET[random.nextInt(ALPHABET.length)];
    }
    return bytes;
  }

  private byte[] bytes(int maxLength) {
    byte[] bytes = new byte[random.nextInt(maxLength + 1)];
    random.nextBytes(bytes);
    return bytes;
  }
}
