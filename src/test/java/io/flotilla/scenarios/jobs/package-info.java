/** Jobs as users write them, well-behaved and otherwise. They run in children, from a jar: nothing here may use anything else of the tests. */
package io.flotilla.scenarios.jobs;
