package dev.litegraft.rules;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The directions between rooms, and the calls that are forbidden, hold in every module. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.litegraft");

  @Test
  void everyModuleIsSeen() {
    Set<String> packages =
        CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(packages)
        .contains(
            "dev.litegraft",
            "dev.litegraft.architecture",
            "dev.litegraft.checkpoint",
            "dev.litegraft.cli",
            "dev.litegraft.hub",
            "dev.litegraft.lab.reference",
            "dev.litegraft.runtime",
            "dev.litegraft.tflite");
  }

  @TestFactory
  Stream<DynamicTest> directionsHold() {
    return checks(Rooms.rules());
  }

  @TestFactory
  Stream<DynamicTest> forbiddenCallsAreNotMade() {
    return checks(ForbiddenCalls.rules());
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.litegraft.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** A rule that cannot fail holds nothing: each one is broken once by {@link Offences}. */
  @TestFactory
  Stream<DynamicTest> everyForbiddenCallIsFound() {
    JavaClasses offences = new ClassFileImporter().importClasses(Offences.class);
    return ForbiddenCalls.rules().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getDescription(),
                    () -> assertThat(rule.evaluate(offences).hasViolation()).isTrue()));
  }

  @Test
  void aFamilyThatSeesTheFileFormatIsFound() {
    JavaClasses offence =
        new ClassFileImporter()
            .importClasses(dev.litegraft.architecture.FamilyThatSeesTheFileFormat.class);
    List<ArchRule> broken =
        Rooms.rules().stream()
            .filter(rule -> rule.allowEmptyShould(true).evaluate(offence).hasViolation())
            .toList();
    assertThat(broken).hasSize(1);
  }

  private static Stream<DynamicTest> checks(List<ArchRule> rules) {
    return rules.stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(CLASSES)));
  }
}
