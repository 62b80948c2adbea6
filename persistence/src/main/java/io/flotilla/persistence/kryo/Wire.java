package io.flotilla.persistence.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What explicit serializers are made of. Counts and lengths are checked against what the message still holds. */
public final class Wire {
  /** Writes the fields of a value. */
  @FunctionalInterface
  public interface Writer<T> {
    void write(Kryo kryo, Output out, T value);
  }

  /** Reads them back, in the same order. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(Kryo kryo, Input in);
  }

  private Wire() {}

  /** A serializer without state of its own: may be shared between Kryo instances. */
  public static <T> Serializer<T> serializer(Writer<T> writer, Reader<T> reader) {
    return new Serializer<>(false, true) {
      @Override
      public void write(Kryo kryo, Output out, T value) {
        writer.write(kryo, out, value);
      }

      @Override
      public T read(Kryo kryo, Input in, Class<? extends T> type) {
        return reader.read(kryo, in);
      }
    };
  }

  /** Writes the number of elements, then each by {@code element}. */
  public static <T> void writeAll(Output out, Collection<T> elements, Consumer<T> element) {
    out.writeVarInt(elements.size(), true);
    elements.forEach(element);
  }

  /** Reads what {@link #writeAll} wrote, each element by {@code element}; the list is immutable. */
  public static <T> List<T> readAll(Input in, Supplier<T> element) {
    int count = readCount(in);
    List<T> elements = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      elements.add(element.get());
    }
    return List.copyOf(elements);
  }

  /** Writes one byte that tells whether there is a value, then the value. */
  public static <T> void writeOptional(Output out, Optional<T> value, Consumer<T> present) {
    out.writeBoolean(value.isPresent());
    value.ifPresent(present);
  }

  /** Reads what {@link #writeOptional} wrote. */
  public static <T> Optional<T> readOptional(Input in, Supplier<T> present) {
    return in.readBoolean() ? Optional.of(present.get()) : Optional.empty();
  }

  /** Writes the length, then the bytes. */
  public static void writeBytes(Output out, byte[] bytes) {
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  /** Reads what {@link #writeBytes} wrote. */
  public static byte[] readBytes(Input in) {
    return in.readBytes(readCount(in));
  }

  /**
   * Reads a count of elements, each at least one byte long.
   *
   * @throws KryoException the message is too short to hold so many
   */
  public static int readCount(Input in) {
    return checkCount(in.readVarInt(true), in);
  }

  static int checkCount(int count, Input in) {
    int remaining = in.limit() - in.position();
    if (count < 0 || count > remaining) {
      throw new KryoException("A count of %d elements in the %d bytes that are left".formatted(count, remaining));
    }
    return count;
  }
}
