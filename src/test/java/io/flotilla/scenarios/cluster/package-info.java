/** Nodes on this machine, each in a virtual machine of its own, as {@code flotilla up} starts them. */
package io.flotilla.scenarios.cluster;
