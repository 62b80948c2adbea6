/** What jobs and tasks look like as bytes: {@link io.flotilla.mapreduce.wire.WireForms}. */
package io.flotilla.mapreduce.wire;
