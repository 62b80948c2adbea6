/** Scenarios of the protocol as text: what is done, and what comes of it. The files are in the resources of this package. */
package io.flotilla.raft.scenario;
