/** Folders on disk: {@link io.flotilla.mapreduce.files.WorkFolder} is where one node keeps what its tasks make. */
package io.flotilla.mapreduce.files;
