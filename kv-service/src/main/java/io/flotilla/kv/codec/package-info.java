/**
 * Bytes of the key-value store: what its clients put into the log ({@link io.flotilla.kv.codec.WriteCommand}), what they ask
 * ({@link io.flotilla.kv.codec.QueryCodec}) and what its state machine answers ({@link io.flotilla.kv.codec.ReplyCodec}).
 *
 * <p>Written by hand over byte arrays: an operation costs a few bytes and one allocation more than its value. Each form begins
 * with a version byte. Commands rest in journals, so what was once a form stays readable for ever.
 *
 * <p>Laws: no Pekko, no clock, no randomness here; bytes that are no such form are a
 * {@link io.flotilla.kv.codec.MalformedException}, and nothing else is thrown for them.
 */
package io.flotilla.kv.codec;
