package dev.litegraft.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileReader;
import java.io.FileWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** What the Java library offers and this project does not use, each with its reason. */
final class ForbiddenCalls {
  private static final String CLI = "dev.litegraft.cli..";
  private static final Set<String> TAKE_A_CHARSET =
      Set.of(
          "java.lang.String",
          "java.io.InputStreamReader",
          "java.io.OutputStreamWriter",
          "java.io.PrintStream",
          "java.io.PrintWriter",
          "java.util.Scanner",
          "java.io.ByteArrayOutputStream");

  private ForbiddenCalls() {}

  static List<ArchRule> rules() {
    return List.of(
        noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("a library must not speak on its own; only the command line prints"),
        noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .because("a library must not end the program that uses it"),
        noClasses()
            .should()
            .callMethod(Throwable.class, "printStackTrace")
            .because("it prints to standard error unasked; name the stream, or throw"),
        noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..")
            .because("an application that converts or runs models has a command line of its own"),
        noClasses()
            .should()
            .callCodeUnitWhere(usesDefaultCharset())
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(FileReader.class, FileWriter.class)
            .because("the default charset differs between machines; say StandardCharsets.UTF_8"),
        noClasses()
            .should()
            .callMethod(Charset.class, "defaultCharset")
            .because("the default charset differs between machines; say StandardCharsets.UTF_8"),
        noClasses()
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .orShould()
            .callMethod(Locale.class, "getDefault")
            .because("a Turkish or Arabic locale changes letters and digits; say Locale.ROOT"),
        noClasses()
            .that()
            .areNotAssignableTo(RuntimeException.class)
            .should()
            .callConstructor(RuntimeException.class, Throwable.class)
            .orShould()
            .callConstructor(RuntimeException.class, String.class)
            .orShould()
            .callConstructor(RuntimeException.class, String.class, Throwable.class)
            .orShould()
            .callConstructor(RuntimeException.class)
            .because("it says nothing: throw a LitegraftException, and let IOException pass"),
        noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .because("waiting for a time is waiting for too long or too short; wait for the event"),
        noClasses()
            .should()
            .callConstructor(File.class, String.class)
            .orShould()
            .callConstructor(File.class, String.class, String.class)
            .orShould()
            .callConstructor(File.class, File.class, String.class)
            .because("java.io.File hides why something failed; java.nio.file.Path says it"),
        noClasses()
            .should()
            .callConstructor(Random.class)
            .orShould()
            .callMethod(Math.class, "random")
            .because("every run must be repeatable; give the Random a seed"),
        noClasses()
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.util.logging..", "sun..", "com.sun..", "jdk.internal..")
                    // A module of every JDK exports it.
                    .and(resideOutsideOfPackage("com.sun.net.httpserver..")))
            .because("logging goes through SLF4J, and internals of one JDK are gone in the next"));
  }

  private static DescribedPredicate<JavaCall<?>> usesDefaultCharset() {
    return DescribedPredicate.describe(
        "reads or writes text without naming a charset",
        call -> {
          List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
          boolean named =
              parameters.stream()
                  .anyMatch(
                      type ->
                          type.isEquivalentTo(Charset.class)
                              || type.isAssignableTo(java.nio.charset.CharsetDecoder.class)
                              || type.isAssignableTo(java.nio.charset.CharsetEncoder.class));
          String owner = call.getTargetOwner().getName();
          String name = call.getTarget().getName();
          if (!TAKE_A_CHARSET.contains(owner) || named) {
            return false;
          }
          return switch (owner) {
            case "java.lang.String" ->
                name.equals("getBytes")
                    || (name.equals("<init>")
                        && !parameters.isEmpty()
                        && parameters.get(0).isEquivalentTo(byte[].class));
            case "java.io.PrintWriter" ->
                name.equals("<init>") && !parameters.get(0).isEquivalentTo(java.io.Writer.class);
            case "java.util.Scanner" ->
                name.equals("<init>") && !parameters.get(0).isEquivalentTo(String.class);
            case "java.io.ByteArrayOutputStream" -> name.equals("toString");
            default -> name.equals("<init>");
          };
        });
  }
}
