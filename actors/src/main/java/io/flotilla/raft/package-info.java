/** Room for what follows. */
package io.flotilla.raft;
