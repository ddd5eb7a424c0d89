package dev.litegraft.fuzz;

import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills conversions at random moments: {@code Kills CHECKPOINT COUNT}. A process converts the
 * checkpoint to the same file again and again, in one of two recipes in turn, until it is killed
 * without warning; then the file must be one of the two, whole. The next process must leave nothing
 * beside it. Exit code 1 if not.
 */
public final class Kills {
  private static final long MOST_MILLISECONDS = 400;

  private Kills() {}

  /** See the class; the process that is killed gets three arguments more. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 2) {
      convert(Path.of(args[0]), Path.of(args[2]));
      return;
    }
    PrintStream out = System.out;
    Path folder = Files.createTempDirectory("litegraft-kills");
    Path target = folder.resolve("model.tflite");
    List<byte[]> whole = new ArrayList<>();
    for (String recipe : List.of("int8", "f32")) {
      one(Path.of(args[0]), target, recipe);
      whole.add(Files.readAllBytes(target));
    }
    Random random = new Random(1);
    int leftOvers = 0;
    int wrong = 0;
    int count = Integer.parseInt(args[1]);
    for (int i = 1; i <= count; i++) {
      Process process = start(args[0], target);
      process.getInputStream().read(); // It says when it begins.
      Thread.sleep(random.nextLong(MOST_MILLISECONDS));
      process.destroyForcibly().waitFor();
      byte[] now = Files.readAllBytes(target);
      if (whole.stream().noneMatch(w -> Arrays.equals(w, now))) {
        out.println("kill " + i + ": the file is neither the old nor the new one");
        wrong++;
      }
      leftOvers += count(folder) - 1;
      if (i % 10 == 0 || i == count) {
        one(Path.of(args[0]), target, "int8");
        if (count(folder) != 1) {
          out.println("after kill " + i + ": the next run left something beside the file");
          wrong++;
        }
      }
      if (i % 100 == 0) {
        out.println(i + " kills, " + leftOvers + " left a hidden file, " + wrong + " wrong");
      }
    }
    TfliteReader.open(target).close();
    Folders.remove(folder);
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static Process start(String checkpoint, Path target) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Kills.class.getName(),
            checkpoint,
            "0",
            target.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The process that is killed; it ends by itself if nobody does it. */
  private static void convert(Path checkpoint, Path target) throws IOException {
    one(checkpoint, target, "int8"); // Classes are loaded.
    System.out.println("begun");
    System.out.flush();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (int i = 0; System.nanoTime() < end; i++) {
      one(checkpoint, target, i % 2 == 0 ? "f32" : "int8");
    }
  }

  private static void one(Path checkpoint, Path target, String recipe) throws IOException {
    dev.litegraft.Converter.of(checkpoint)
        .withOptions(
            dev.litegraft.ConversionOptions.defaults()
                .withRecipe(dev.litegraft.quantize.Recipe.of(recipe)))
        .withThreads(1)
        .convert(target);
  }

  private static int count(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return (int) all.count();
    }
  }
}
