/** Kryo serialization of messages and journal: explicitly registered classes with fixed ids only. */
package io.flotilla.persistence.kryo;
