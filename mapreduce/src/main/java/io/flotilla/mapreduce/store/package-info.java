/** The key-value store as input and output of jobs: {@link io.flotilla.mapreduce.store.RecordStore}. */
package io.flotilla.mapreduce.store;
