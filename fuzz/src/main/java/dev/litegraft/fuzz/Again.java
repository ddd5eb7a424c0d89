package dev.litegraft.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes one finding again and keeps what was damaged: {@code Again WHAT BASE SEED FOLDER}, where
 * the base is a file, or a folder among the others of the campaign.
 */
public final class Again {
  private Again() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    Trial trial = Worker.trial(args[0], Files.createTempDirectory("litegraft-again"));
    PrintStream out = System.out;
    out.println(trial.verdict(Path.of(args[1]), Long.parseLong(args[2])));
    Path folder = Files.createDirectories(Path.of(args[3]));
    trial.keep(folder);
    out.println("kept in " + folder);
    System.exit(0);
  }
}
