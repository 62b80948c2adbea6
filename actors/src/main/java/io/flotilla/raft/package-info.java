/**
 * Raft as a pure function. Start at {@link RaftCore}; then {@link Input} and {@link Effect}, {@link Role}, {@link RaftMessage}.
 */
package io.flotilla.raft;
