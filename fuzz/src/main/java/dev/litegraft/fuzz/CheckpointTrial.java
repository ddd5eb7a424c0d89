package dev.litegraft.fuzz;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A damaged checkpoint, converted by the command line in this process. Besides exit codes it is
 * looked at that a refusal leaves the target as it was and nothing beside it, that the checkpoint
 * is never written to, and that what was written opens, runs and answers without {@code --trust}.
 */
final class CheckpointTrial implements Trial {
  static final String TEXT =
      "Ein good film 한국어 [SEP] </s> 😀 e\u0301\u0000 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

  private static final String ADAPTER = "adapter";
  private static final List<String> RECIPES =
      List.of(
          "f32",
          "f16",
          "int8",
          "int8",
          "dynamic_wi8t_afp32",
          "weight_only_wi8_afp32",
          "int4",
          "dynamic_wi4_afp32_b32");

  private final Path checkpoint;
  private final Path target;
  private final CheckpointMutator mutator = new CheckpointMutator();

  private final boolean onlySizes;

  /**
   * @param onlySizes whether nothing but the sizes of a config are changed
   */
  CheckpointTrial(Path folder, boolean onlySizes) throws IOException {
    this.onlySizes = onlySizes;
    Path own = folder.resolve("checkpoint-" + ProcessHandle.current().pid());
    checkpoint = own.resolve("in");
    target = Files.createDirectories(own.resolve("out")).resolve("model.tflite");
  }

  @Override
  public String verdict(Path base, long seed) throws IOException {
    Random random = new Random(seed);
    Folders.remove(checkpoint);
    Folders.copy(base, checkpoint);
    if (onlySizes) {
      mutator.sizes(checkpoint, random);
    } else {
      mutator.damage(checkpoint, base.resolveSibling(""), random);
    }
    byte[] old = random.nextBoolean() ? "what was there".getBytes(StandardCharsets.UTF_8) : null;
    Files.deleteIfExists(target);
    if (old != null) {
      Files.write(target, old);
    }
    String before = Folders.state(checkpoint);
    Path model = checkpoint.resolve("model");
    Path folder = Files.isDirectory(model) ? model : checkpoint;
    Optional<Path> adapter = Optional.of(checkpoint.resolve(ADAPTER)).filter(Files::isDirectory);
    String recipe = RECIPES.get(random.nextInt(RECIPES.size()));
    List<Integer> lengths = random.nextInt(8) == 0 ? List.of(8, 16) : List.of();
    Lines lines =
        random.nextInt(16) == 0
            ? verified(folder, recipe, adapter)
            : converted(folder, recipe, adapter, lengths);
    if (!lines.isFine()) {
      return "fault exit " + lines.exitCode() + ": " + lines.error();
    }
    if (!Folders.state(checkpoint).equals(before)) {
      return "changed the checkpoint: " + lines.error();
    }
    String left = left(lines.exitCode() == 0, old);
    if (!left.isEmpty()) {
      return left + lines.error();
    }
    String other = others(folder, random);
    if (!other.isEmpty()) {
      return other;
    }
    if (lines.exitCode() != 0) {
      return REFUSED + " " + lines.error();
    }
    return random.nextInt(3) == 0 ? asked(random) : ANSWERED + " not asked";
  }

  /** By the command line, verified as users have it. */
  private Lines verified(Path folder, String recipe, Optional<Path> adapter) {
    List<String> args = new ArrayList<>(List.of("convert", folder.toString()));
    args.addAll(List.of("-o", target.toString(), "--threads", "1", "--recipe", recipe, "--quiet"));
    adapter.ifPresent(dir -> args.addAll(List.of("--adapter", dir.toString())));
    return Lines.of(args);
  }

  /** By the library, which takes a fraction of the time; what it throws is told as a command's. */
  private Lines converted(
      Path folder, String recipe, Optional<Path> adapter, List<Integer> lengths) {
    ConversionOptions options =
        ConversionOptions.defaults().withRecipe(Recipe.of(recipe)).withLengths(lengths);
    options = adapter.isPresent() ? options.withAdapter(adapter.get()) : options;
    try {
      Converter.of(folder).withOptions(options).withThreads(1).convert(target);
      return new Lines(0, "");
    } catch (InvalidInputException e) {
      return new Lines(3, e.what().lines().findFirst().orElse("") + net(e));
    } catch (IOException e) {
      return new Lines(3, String.valueOf(e));
    } catch (RuntimeException | Error e) {
      StackTraceElement[] trace = e.getStackTrace();
      return new Lines(
          1,
          String.valueOf(e).lines().findFirst().orElse("")
              + (trace.length > 0 ? " " + trace[0] : ""));
    }
  }

  /**
   * Where the forward pass stumbled, if no check of its own refused: such a place may be a fault of
   * ours that is told as the folder's.
   */
  private static String net(InvalidInputException e) {
    Throwable cause = e.getCause();
    if (cause == null || !e.what().startsWith("the sizes of the config do not fit")) {
      return "";
    }
    StackTraceElement[] trace = cause.getStackTrace();
    String ours =
        Arrays.stream(trace)
            .filter(frame -> frame.getClassName().startsWith("dev.litegraft"))
            .limit(4)
            .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
            .collect(Collectors.joining(" "));
    return " | net " + cause.getClass().getSimpleName() + " " + ours;
  }

  /** What is wrong with the target's folder; empty if nothing is. */
  private String left(boolean converted, byte @org.jspecify.annotations.Nullable [] old)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(target.getParent())) {
      files = all.toList();
    }
    boolean there = files.equals(List.of(target));
    if (converted) {
      return there ? "" : "left " + files + ": ";
    }
    boolean same =
        old == null ? files.isEmpty() : there && Arrays.equals(old, Files.readAllBytes(target));
    return same ? "" : "half-written " + files + ": ";
  }

  /** What other commands say of the folder, now and then; empty if all is well. */
  private static String others(Path folder, Random random) {
    if (random.nextInt(8) > 0) {
      return "";
    }
    Lines lines = Lines.of(List.of("inspect", folder.toString()));
    return lines.isFine() ? "" : "fault exit " + lines.exitCode() + " of inspect: " + lines.error();
  }

  /** Opens what was written, and asks it. */
  private String asked(Random random) throws IOException {
    try (RawModel model = RawModel.open(target, RuntimeOptions.defaults().withThreads(1))) {
      model.notes();
    } catch (LitegraftException e) {
      return "unopened " + e.what();
    } catch (RuntimeException | Error e) {
      return "fault " + String.valueOf(e).lines().findFirst().orElse("");
    }
    String answered = "";
    for (String command : List.of("classify", "embed")) {
      Lines lines = Lines.of(List.of(command, target.toString(), TEXT, "--json", "--quiet"));
      if (!lines.isFine()) {
        return "fault exit " + lines.exitCode() + " of " + command + ": " + lines.error();
      }
      answered += lines.exitCode() == 0 ? command : "";
    }
    if (random.nextInt(16) == 0) {
      Lines lines = Lines.of(List.of("inspect", target.toString(), "--json"));
      if (lines.exitCode() != 0) {
        return "fault exit " + lines.exitCode() + " of inspect: " + lines.error();
      }
    }
    return ANSWERED + " " + answered;
  }

  @Override
  public void keep(Path folder) throws IOException {
    Folders.copy(checkpoint, folder);
  }
}
