package dev.litegraft.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Users see a dozen types of the converter, and so do the command line and the examples. */
class PublicFaceTest {
  private static final Path HOME = Path.of("..");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.litegraft");

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?(dev\\.litegraft\\.[\\w.]+);", Pattern.MULTILINE);

  private static List<String> converter() {
    return Stream.concat(PublicFace.FRONT.stream(), PublicFace.DOORS.stream()).toList();
  }

  @Test
  void aDozenTypesOfTheConverterAreForUsers() {
    assertThat(converter()).hasSizeLessThanOrEqualTo(15).doesNotHaveDuplicates();
    for (String name : converter()) {
      assertThat(CLASSES.get(PublicFace.named(name)).getModifiers())
          .as(name)
          .contains(JavaModifier.PUBLIC);
    }
  }

  @Test
  void theCommandLineUsesNothingElse() {
    Predicate<JavaClass> allowed =
        PublicFace.all()
            .or(PublicFace.types(PublicFace.OF_THE_COMMAND_LINE))
            .or(JavaClass.Predicates.resideInAPackage("dev.litegraft.cli.."));
    TreeSet<String> offences = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (type.getPackageName().equals("dev.litegraft.cli")) {
        for (Dependency use : type.getDirectDependenciesFromSelf()) {
          JavaClass used = use.getTargetClass().getBaseComponentType();
          if (PublicFace.isOurs(used) && !allowed.test(used)) {
            offences.add(type.getSimpleName() + " uses " + used.getName());
          }
        }
      }
    }
    assertThat(offences).isEmpty();
  }

  @Test
  void theExamplesUseNothingElse() throws IOException {
    List<String> used = new ArrayList<>();
    try (Stream<Path> files = Files.walk(HOME.resolve("examples/src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher imported = IMPORT.matcher(Files.readString(file));
        while (imported.find()) {
          used.add(imported.group(1));
        }
      }
    }
    assertThat(used)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(PublicFace.all().test(CLASSES.get(name))).isTrue());
  }

  @Test
  void theFrontSpeaksOfNothingElse() {
    List<String> words = words(PublicFace.FRONT);
    assertThat(words).isEmpty();
  }

  /** What the rule before finds where there is something: a door leads into the converter. */
  @Test
  void aTypeThatLeadsIntoTheConverterIsFound() {
    assertThat(words(List.of("checkpoint.Checkpoint")))
        .anyMatch(word -> word.contains("CheckpointWeights"));
  }

  /** Public methods that take or return what is not meant for users. */
  private static List<String> words(List<String> names) {
    List<String> words = new ArrayList<>();
    for (String name : names) {
      for (JavaMethod method : CLASSES.get(PublicFace.named(name)).getMethods()) {
        if (method.getModifiers().contains(JavaModifier.PUBLIC)) {
          Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
              .flatMap(type -> type.getAllInvolvedRawTypes().stream())
              .map(JavaClass::getBaseComponentType)
              .filter(type -> PublicFace.isOurs(type) && !PublicFace.all().test(type))
              .forEach(type -> words.add(method.getFullName() + ": " + type.getName()));
        }
      }
    }
    return words;
  }

  @Test
  void theArchitecturePageNamesThemAll() throws IOException {
    String page = Files.readString(HOME.resolve("docs/architecture.md"));
    for (String name : converter()) {
      assertThat(page).contains("`" + name.substring(name.lastIndexOf('.') + 1) + "`");
    }
    for (List<String> module :
        List.of(
            PublicFace.TFLITE,
            PublicFace.TOKENIZER,
            PublicFace.HUB,
            PublicFace.RUNTIME,
            PublicFace.SERVE,
            PublicFace.LAB)) {
      for (String name : module) {
        assertThat(page).contains("`dev.litegraft." + name + "`");
      }
    }
  }
}
