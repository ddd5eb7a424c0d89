package dev.litegraft.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds between modules: see docs/adr/0011. */
class HouseTest {
  private static final Path HOME = Path.of("..");

  /** The modules that are published; tokenizer and hub depend on nothing of ours. */
  private static final List<String> PUBLISHED =
      List.of(
          "tflite",
          "tokenizer",
          "hub",
          "checkpoint",
          "converter",
          "runtime",
          "web",
          "serve",
          "lab",
          "cli",
          "spark");

  /** What stands between the runtime and a framework; nothing of ours stands on them. */
  private static final List<String> ADAPTERS =
      List.of("langchain4j", "langchain4j-spi", "spring-ai");

  /** Of these the biggest may have this part of the lines. */
  private static final List<String> MEASURED =
      List.of("tflite", "checkpoint", "converter", "runtime", "lab", "cli");

  private static final double BIGGEST = 0.4;

  private static final Pattern DEPENDENCY =
      Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);

  private static List<Path> sources(String module) throws IOException {
    try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void everyPackageIsNullMarkedAndSaysWhatItIs() throws IOException {
    for (String module : PUBLISHED) {
      for (Path folder :
          sources(module).stream().map(Path::getParent).collect(Collectors.toSet())) {
        Path info = folder.resolve("package-info.java");
        assertThat(info).isRegularFile();
        assertThat(info).content().contains("/**").contains("@NullMarked");
      }
    }
  }

  @Test
  void noPackageStandsInTwoModules() throws IOException {
    Map<String, String> owners = new TreeMap<>();
    for (String module : PUBLISHED) {
      Path root = HOME.resolve(module).resolve("src/main/java");
      sources(module).stream()
          .map(file -> root.relativize(file.getParent()).toString().replace('\\', '/'))
          .distinct()
          .forEach(name -> assertThat(owners.put(name, module)).as(name).isNull());
    }
  }

  @Test
  void noModuleIsMostOfTheHouse() throws IOException {
    Map<String, Long> lines = new LinkedHashMap<>();
    for (String module : MEASURED) {
      long count = 0;
      for (Path file : sources(module)) {
        count += lines(file);
      }
      lines.put(module, count);
    }
    long all = lines.values().stream().mapToLong(Long::longValue).sum();
    lines.forEach(
        (module, count) ->
            assertThat((double) count / all).as(module + " of " + lines).isLessThan(BIGGEST));
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatRunsAFileHasNoConverterOnItsClassPath() throws IOException {
    assertThat(dependencies("runtime"))
        .containsEntry("litegraft-tflite", "compile")
        .containsEntry("litegraft-tokenizer", "compile")
        .containsEntry("litegraft-converter", "test");
    assertThat(dependencies("tflite").keySet()).noneMatch(name -> name.startsWith("litegraft-"));
    assertThat(dependencies("hub").keySet()).noneMatch(name -> name.startsWith("litegraft-"));
    assertThat(dependencies("tokenizer").keySet()).noneMatch(name -> name.startsWith("litegraft-"));
  }

  /** Artifact to scope. */
  private static Map<String, String> dependencies(String module) throws IOException {
    Map<String, String> dependencies = new TreeMap<>();
    Matcher dependency =
        DEPENDENCY.matcher(Files.readString(HOME.resolve(module).resolve("pom.xml")));
    while (dependency.find()) {
      String text = dependency.group(1);
      dependencies.put(element(text, "artifactId", ""), element(text, "scope", "compile"));
    }
    return dependencies;
  }

  private static String element(String xml, String name, String absent) {
    Matcher element = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    return element.find() ? element.group(1) : absent;
  }

  @Test
  void adaptersSeeTheRuntimeAndAFrameworkThatIsNotForcedOnAnybody() throws IOException {
    for (String adapter : ADAPTERS) {
      Map<String, String> all = dependencies(adapter);
      assertThat(all.keySet())
          .filteredOn(name -> name.startsWith("litegraft-") && !"test".equals(all.get(name)))
          .as(adapter)
          .isSubsetOf("litegraft-runtime", "litegraft-langchain4j");
      assertThat(all.entrySet())
          .filteredOn(each -> each.getKey().matches("(langchain4j|spring).*"))
          .as(adapter)
          .isNotEmpty()
          .allMatch(each -> List.of("provided", "test").contains(each.getValue()));
      for (String module : PUBLISHED) {
        assertThat(dependencies(module)).doesNotContainKey("litegraft-" + adapter);
      }
      for (Path folder :
          sources(adapter).stream().map(Path::getParent).collect(Collectors.toSet())) {
        assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked");
      }
    }
  }

  @Test
  void everyModuleHasANameThatStays() throws IOException {
    for (String module : PUBLISHED) {
      assertThat(HOME.resolve(module).resolve("pom.xml"))
          .content()
          .contains("<module.name>dev.litegraft." + module + "</module.name>");
    }
    assertThat(HOME.resolve("pom.xml"))
        .content()
        .contains("<Automatic-Module-Name>${module.name}</Automatic-Module-Name>");
  }

  /** What holds flatbuffers-java in one room, so that it can be left behind. */
  @Test
  void onlyTheFileFormatKnowsFlatbuffers() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.litegraft");
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.litegraft.tflite..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.flatbuffers..")
        .check(classes);
  }
}
