package dev.litegraft.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process that may die: reads {@code BASE SEED} lines, damages, tries, and answers a line each:
 * {@code refused …}, {@code answered …}, or what went wrong.
 */
final class Worker {
  private Worker() {}

  /** Answers lines; the arguments are what is damaged, and a folder to do it in. */
  public static void main(String[] args) throws IOException {
    Trial trial = trial(args[0], Path.of(args[1]));
    PrintStream out = System.out;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.lastIndexOf(' ');
        Path base = Path.of(line.substring(0, space));
        out.println(trial.verdict(base, Long.parseLong(line.substring(space + 1))));
        out.flush();
      }
    }
  }

  static Trial trial(String what, Path folder) throws IOException {
    return switch (what) {
      case "checkpoints" -> new CheckpointTrial(folder, false);
      case "sizes" -> new CheckpointTrial(folder, true);
      case "pickles" -> new PickleTrial(folder);
      case "archives" -> new ArchiveTrial(folder);
      case "operators" -> new OperatorTrial(folder);
      default -> new ModelTrial(folder);
    };
  }
}
