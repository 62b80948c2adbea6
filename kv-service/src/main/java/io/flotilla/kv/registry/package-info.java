/** The registry: which nodes and groups there are. Its state machine runs in the group {@code meta}. */
package io.flotilla.kv.registry;
