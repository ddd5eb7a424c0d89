package dev.litegraft.rules;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;

/**
 * What of each published module is meant for users; all else may change at any time. Of the
 * converter these are types, of the others whole packages. {@code docs/architecture.md} says it,
 * too.
 */
final class PublicFace {
  private static final String ROOT = "dev.litegraft.";

  /** To write, read and check a {@code .tflite}; of these every public type. */
  static final List<String> TFLITE =
      List.of("error", "facts", "tensor", "operator", "graph", "tflite", "client");

  static final List<String> TOKENIZER = List.of("tokenizer", "tokenizer.error");

  static final List<String> HUB = List.of("hub");

  static final List<String> RUNTIME = List.of("runtime");

  static final List<String> WEB = List.of("web");

  static final List<String> SERVE = List.of("serve");

  static final List<String> LAB =
      List.of(
          "lab.verification",
          "lab.diagnosis",
          "lab.expected",
          "lab.data",
          "lab.evaluation",
          "lab.benchmark",
          "lab.statistics",
          "lab.tuning",
          "lab.calibration");

  /** Types of the converter whose public methods speak of nothing else. */
  static final List<String> FRONT =
      List.of(
          "Converter",
          "ConversionOptions",
          "ConversionReport",
          "quantize.Recipe",
          "quantize.RecipeFile",
          "quantize.Pass",
          "checkpoint.ReadAs",
          "layer.EdgeLayout",
          "inspection.CheckpointFacts",
          "inspection.CheckpointWarning",
          "inspection.CheckpointWarnings");

  /** Types of the converter that lead into it: to show what is in a folder. */
  static final List<String> DOORS =
      List.of(
          "architecture.Architecture",
          "architecture.Architectures",
          "checkpoint.Checkpoint",
          "model.EmbeddingHead");

  /** What our own command line sees besides: qualified exports, once there are descriptors. */
  static final List<String> OF_THE_COMMAND_LINE =
      List.of(
          "Version",
          "OutputPlace",
          "json.Json",
          "architecture.Evidence",
          "checkpoint.CheckpointTokenizer",
          "checkpoint.config.ConfigNames",
          "checkpoint.config.HfConfig",
          "checkpoint.file.TensorFile",
          "tokenizer.build.DecidedTokenizer");

  private PublicFace() {}

  /** Types, and those that are nested in them. */
  static DescribedPredicate<JavaClass> types(List<String> names) {
    return DescribedPredicate.describe(
        "one of " + names, type -> names.contains(withoutRoot(outermost(type).getName())));
  }

  /** Public types of packages. */
  static DescribedPredicate<JavaClass> packages(List<String> names) {
    return DescribedPredicate.describe(
        "public in " + names,
        type ->
            names.contains(withoutRoot(type.getPackageName()))
                && outermost(type).getModifiers().contains(JavaModifier.PUBLIC));
  }

  /** All that is meant for users. */
  static DescribedPredicate<JavaClass> all() {
    return packages(TFLITE)
        .or(packages(TOKENIZER))
        .or(packages(HUB))
        .or(packages(RUNTIME))
        .or(packages(WEB))
        .or(packages(SERVE))
        .or(packages(LAB))
        .or(types(FRONT))
        .or(types(DOORS))
        .as("the public face");
  }

  static boolean isOurs(JavaClass type) {
    return type.getName().startsWith(ROOT);
  }

  static String named(String name) {
    return ROOT + name;
  }

  private static String withoutRoot(String name) {
    return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outer = type.getBaseComponentType();
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
