package io.flotilla.persistence.rocksdb;

import org.apache.pekko.actor.ActorRef;

/** An event that carries an address; bound to Kryo in the tests' configuration. */
record EventWithRef(ActorRef ref) {}
