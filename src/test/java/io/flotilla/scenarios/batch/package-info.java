/** Batch work seen from outside: input for jobs, jobs submitted and awaited, and what their output has to be, found without them. */
package io.flotilla.scenarios.batch;
