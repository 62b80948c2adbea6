package io.flotilla.scenarios;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;

/** The arrows between modules point one way, and the consensus core knows nothing of the world. */
@AnalyzeClasses(packages = "io.flotilla", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Only modules that the build contains: a layer that is empty would be a rule that says nothing. */
  @ArchTest
  static final ArchRule MODULES_USE_ONLY_THOSE_BELOW = layeredArchitecture().consideringOnlyDependenciesInLayers()
      .layer("http-api").definedBy("io.flotilla.http..", "io.flotilla.node..", "io.flotilla.cli..")
      .layer("benchmarks").definedBy("io.flotilla.bench..", "io.flotilla.terminal..")
      .layer("simulation").definedBy("io.flotilla.simulation..")
      .layer("mapreduce").definedBy("io.flotilla.mapreduce..")
      .layer("kv-service").definedBy("io.flotilla.kv..")
      .layer("actors").definedBy("io.flotilla.raft..")
      .layer("persistence").definedBy("io.flotilla.persistence..", "io.flotilla.settings..")
      .whereLayer("http-api").mayNotBeAccessedByAnyLayer()
      .whereLayer("benchmarks").mayOnlyBeAccessedByLayers("http-api")
      .whereLayer("simulation").mayOnlyBeAccessedByLayers("http-api")
      .whereLayer("mapreduce").mayOnlyBeAccessedByLayers("http-api", "simulation")
      .whereLayer("kv-service").mayOnlyBeAccessedByLayers("http-api", "benchmarks", "simulation", "mapreduce")
      .whereLayer("actors").mayOnlyBeAccessedByLayers("http-api", "benchmarks", "simulation", "mapreduce", "kv-service");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_SIMULATES = noClasses().that()
      .resideOutsideOfPackages("io.flotilla.simulation..", "io.flotilla.cli..")
      .should().dependOnClassesThat().resideInAPackage("io.flotilla.simulation..");

  @ArchTest
  static final ArchRule THE_CONSENSUS_CORE_IS_PURE = noClasses().that().resideInAPackage("io.flotilla.raft")
      .should().dependOnClassesThat().resideInAnyPackage("org.apache.pekko..", "org.slf4j..", "java.io..", "java.net..",
          "java.nio.file..", "java.nio.channels..", "java.util.concurrent..", "io.flotilla.raft.actor..", "io.flotilla.persistence..")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
      .because("equal state and input have to give an equal step");

  @ArchTest
  static final ArchRule THE_SCHEDULER_OF_TASKS_IS_PURE = noClasses().that().resideInAPackage("io.flotilla.mapreduce.coordinator")
      .should().dependOnClassesThat().resideInAnyPackage("org.apache.pekko..", "org.slf4j..", "java.io..", "java.net..",
          "java.nio..", "java.util.concurrent..", "java.util.random..", "io.flotilla.mapreduce.actor..", "io.flotilla.raft.actor..")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock");

  @ArchTest
  static final ArchRule THE_STATE_MACHINE_API_KNOWS_NO_ACTORS = noClasses().that().resideInAPackage("io.flotilla.raft.machine..")
      .should().dependOnClassesThat().resideInAnyPackage("org.apache.pekko..", "io.flotilla.raft.actor..");

  @ArchTest
  static final ArchRule NOTHING_SLEEPS = noClasses().should().callMethod(Thread.class, "sleep", long.class)
      .orShould().callMethod(Thread.class, "sleep", Duration.class);
}
