/** Jobs as their users see them, from any node: {@link io.flotilla.mapreduce.client.JobClient}. */
package io.flotilla.mapreduce.client;
