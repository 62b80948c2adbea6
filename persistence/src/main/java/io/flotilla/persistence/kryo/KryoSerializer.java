package io.flotilla.persistence.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.ByteBufferOutput;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.Pool;
import com.typesafe.config.Config;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.JSerializer;

/**
 * Serializes the classes that the modules under {@code flotilla.serialization.modules} have registered, and no others.
 * Between nodes it writes straight into the transport's buffer. Bound to interfaces by {@code
 * pekko.actor.serialization-bindings { "…" = flotilla-kryo }}. Thread-safe: Kryo instances are pooled.
 */
public final class KryoSerializer extends JSerializer implements ByteBufferSerializer {
  /** Stands in every message and record: never to be changed. */
  public static final int IDENTIFIER = 70250;

  private static final String MODULES = "flotilla.serialization.modules";
  private static final int MAX_POOLED = 32;
  private static final int INITIAL_BYTES = 4 << 10;

  /** A buffer that one big object has blown up beyond this is not kept. */
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /** One Kryo and its buffers, in use by one thread at a time. */
  private record Instance(StrictKryo kryo, Output heap, ByteBufferOutput wire, BoundedInput input) {}

  private final Pool<Instance> pool;

  /** Made by Pekko; fails if two modules claim the same id. */
  public KryoSerializer(ExtendedActorSystem system) {
    List<KryoModule> modules = modules(system);
    pool = new Pool<>(true, false, MAX_POOLED) {
      @Override
      protected Instance create() {
        return instance(modules, system);
      }
    };
    pool.free(pool.obtain()); // a mistake in the registrations shows at the start, not at the first message
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public boolean includeManifest() {
    return false;
  }

  @Override
  public byte[] toBinary(Object object) {
    Instance instance = pool.obtain();
    try {
      instance.kryo.writeClassAndObject(instance.heap, object);
      return instance.heap.toBytes();
    } finally {
      release(instance.heap);
      pool.free(instance);
    }
  }

  /**
   * Writes into the transport's buffer.
   *
   * @throws BufferOverflowException the buffer is too small, as the transport expects it
   */
  @Override
  public void toBinary(Object object, ByteBuffer buffer) {
    Instance instance = pool.obtain();
    try {
      instance.wire.setBuffer(buffer);
      instance.kryo.writeClassAndObject(instance.wire, object);
    } catch (KryoException e) {
      throw isOverflow(e) ? (BufferOverflowException) new BufferOverflowException().initCause(e) : e;
    } finally {
      instance.wire.setBuffer(NONE);
      pool.free(instance);
    }
  }

  /** Ignores the class, which Pekko passes only to serializers that ask for a manifest. */
  @Override
  public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Object object = fromBinary(buffer, "");
    if (buffer.hasRemaining()) {
      throw new KryoException("%d bytes are left over after %s".formatted(buffer.remaining(), object.getClass()));
    }
    return object;
  }

  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) {
    Instance instance = pool.obtain();
    try {
      instance.input.setBuffer(buffer);
      return instance.kryo.readClassAndObject(instance.input);
    } finally {
      instance.input.setBuffer(NONE);
      pool.free(instance);
    }
  }

  private static boolean isOverflow(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KryoBufferOverflowException || cause instanceof BufferOverflowException) {
        return true;
      }
    }
    return false;
  }

  private static void release(Output heap) {
    if (heap.getBuffer().length > MAX_KEPT_BYTES) {
      heap.setBuffer(new byte[INITIAL_BYTES], -1);
    } else {
      heap.reset();
    }
  }

  private static Instance instance(List<KryoModule> modules, ExtendedActorSystem system) {
    StrictKryo kryo = new StrictKryo();
    kryo.setClassLoader(system.dynamicAccess().classLoader());
    modules.forEach(module -> module.register(kryo, system));
    return new Instance(kryo, new Output(INITIAL_BYTES, -1), new ByteBufferOutput(NONE), new BoundedInput());
  }

  private static List<KryoModule> modules(ExtendedActorSystem system) {
    Config modules = system.settings().config().getConfig(MODULES);
    return new TreeMap<>(modules.root().unwrapped()).values().stream()
        .map(name -> module(String.valueOf(name), system.dynamicAccess().classLoader()))
        .toList();
  }

  private static KryoModule module(String className, ClassLoader loader) {
    try {
      return Class.forName(className, true, loader).asSubclass(KryoModule.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          "%s names %s, which cannot be used as a KryoModule: %s".formatted(MODULES, className, e), e);
    }
  }
}
