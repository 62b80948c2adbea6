package io.flotilla.persistence.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Kryo without guessing: a class that is not registered is refused, an id belongs to one class, and no references are
 * tracked, so an object graph is a tree. Not thread-safe, as Kryo.
 */
final class StrictKryo extends Kryo {
  /** Deeper than any message of ours; a malformed one must not overflow the stack. */
  private static final int MAX_DEPTH = 100;

  private final Set<Class<?>> families = new LinkedHashSet<>();
  private final IdentityHashMap<Class<?>, Registration> familyOf = new IdentityHashMap<>();

  StrictKryo() {
    super(new DefaultClassResolver(), null);
    setRegistrationRequired(true);
    setMaxDepth(MAX_DEPTH);
  }

  /**
   * Lets the registration of an interface stand for all classes that implement it and have no registration of their own:
   * the classes behind {@code List.of} or an actor reference are nobody's business.
   */
  void openFamily(Class<?> type) {
    families.add(type);
  }

  @Override
  public Registration register(Registration registration) {
    Registration sameId = getClassResolver().getRegistration(registration.getId());
    if (sameId != null && sameId.getType() != registration.getType()) {
      throw new IllegalStateException("Kryo id %d is given to both %s and %s"
          .formatted(registration.getId(), sameId.getType().getName(), registration.getType().getName()));
    }
    Registration sameType = getClassResolver().getRegistration(registration.getType());
    if (sameType != null && sameType.getId() != registration.getId()) {
      throw new IllegalStateException("%s is given both Kryo id %d and %d"
          .formatted(registration.getType().getName(), sameType.getId(), registration.getId()));
    }
    return super.register(registration);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Registration getRegistration(Class type) {
    Registration exact = type == null ? null : getClassResolver().getRegistration(type);
    if (exact != null) {
      return exact;
    }
    Registration family = familyOf.get(type);
    return family != null ? family : findFamily(type);
  }

  private Registration findFamily(Class<?> type) {
    Optional<Class<?>> family = families.stream().filter(it -> it.isAssignableFrom(type)).findFirst();
    if (family.isEmpty()) {
      throw new IllegalArgumentException(unregisteredClassMessage(type));
    }
    Registration registration = getClassResolver().getRegistration(family.get());
    familyOf.put(type, registration);
    return registration;
  }

  @Override
  @SuppressWarnings("rawtypes")
  protected String unregisteredClassMessage(Class type) {
    return type.getName() + " is not registered with Kryo: a KryoModule under flotilla.serialization.modules must do so";
  }
}
