package io.flotilla.raft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;

/** The core is a function: the world reaches it through its arguments only. */
@AnalyzeClasses(packages = "io.flotilla.raft", importOptions = ImportOption.DoNotIncludeTests.class)
class CorePurityTest {
  private static final String CORE = "io.flotilla.raft";

  @ArchTest
  static final ArchRule NEITHER_ACTORS_NOR_IO = noClasses().that().resideInAPackage(CORE)
      .should().dependOnClassesThat().resideInAnyPackage("org.apache.pekko..", "org.slf4j..", "java.io..", "java.nio..",
          "java.net..", "java.util.random..", "java.util.concurrent..", "io.flotilla.raft.actor..", "io.flotilla.persistence..");

  @ArchTest
  static final ArchRule NO_CLOCK_AND_NO_CHANCE = noClasses().that().resideInAPackage(CORE)
      .should().dependOnClassesThat().areAssignableTo(Clock.class)
      .orShould().dependOnClassesThat().areAssignableTo(Instant.class)
      .orShould().dependOnClassesThat().areAssignableTo(Random.class)
      .orShould().callMethod(System.class, "nanoTime")
      .orShould().callMethod(System.class, "currentTimeMillis")
      .orShould().callMethod(Math.class, "random");
}
