/**
 * What consensus puts on the wire and on disk, field by field: {@link io.flotilla.raft.wire.RaftKryo}. Ids 200 to 299. What the
 * journal holds stays readable for ever, so a record's layout never changes: a new one takes a new id.
 */
package io.flotilla.raft.wire;
