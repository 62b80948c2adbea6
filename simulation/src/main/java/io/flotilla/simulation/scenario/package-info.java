/**
 * Scenarios by name. Start at {@link io.flotilla.simulation.scenario.Scenario} and
 * {@link io.flotilla.simulation.scenario.ScenarioRun}; {@link io.flotilla.simulation.scenario.RaftPersistenceScenarios} shows how one is told.
 */
package io.flotilla.simulation.scenario;
