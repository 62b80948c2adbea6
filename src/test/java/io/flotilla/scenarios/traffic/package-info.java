/** Clients that keep a cluster busy over HTTP and remember what they asked and saw. */
package io.flotilla.scenarios.traffic;
