/** The key-value store as its users see it: {@link io.flotilla.kv.KvClient}, requests and replies. */
package io.flotilla.kv;
