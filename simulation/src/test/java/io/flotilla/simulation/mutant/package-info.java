/**
 * Proof that the net catches fish: mutants of the product, each with one rule taken out, and the runs that must notice. Start at
 * {@link io.flotilla.simulation.mutant.Mutant}, then {@link io.flotilla.simulation.mutant.MutantHunt}.
 */
package io.flotilla.simulation.mutant;
