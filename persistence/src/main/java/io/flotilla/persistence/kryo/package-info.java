/**
 * Kryo serialization of messages and journal: explicitly registered classes with fixed ids only. Start at {@link
 * KryoSerializer}, which Pekko makes; a module contributes a {@link KryoModule}, whose serializers are easiest made with
 * {@link Wire}; {@link CommonTypes} are those that all share.
 *
 * <p>Laws: an unknown class or id is refused by name; two claims on one id stop the start; a malformed message fails
 * without allocating more than it is long.
 */
package io.flotilla.persistence.kryo;
