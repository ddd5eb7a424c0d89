package dev.litegraft.fuzz;

import dev.litegraft.error.LitegraftException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The process that may die: reads {@code FILE SEED} lines, opens and runs each damaged file, and
 * answers a line each: {@code refused}, {@code answered HASH}, or {@code fault …}.
 */
final class Worker {
  private static final int[] IDS = {2, 5, 7, 11, 3};

  private Worker() {}

  /** Answers lines; the only argument is a folder for the damaged file. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]).resolve("damaged-" + ProcessHandle.current().pid() + ".tflite");
    Map<String, TfliteMutator> mutators = new HashMap<>();
    PrintStream out = System.out;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.lastIndexOf(' ');
        Path base = Path.of(line.substring(0, space));
        TfliteMutator mutator = mutators.get(base.toString());
        if (mutator == null) {
          mutator = new TfliteMutator(Files.readAllBytes(base));
          mutators.put(base.toString(), mutator);
        }
        Files.write(file, mutator.damaged(Long.parseLong(line.substring(space + 1))));
        out.println(verdict(file));
        out.flush();
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  static String verdict(Path file) {
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(1))) {
      List<RawOutput> outputs = model.run(IDS, null, null);
      int hash = 0;
      for (RawOutput output : outputs) {
        hash = 31 * hash + output.shape().hashCode() + Arrays.hashCode(output.values());
      }
      return "answered " + Integer.toHexString(hash);
    } catch (LitegraftException e) {
      return "refused " + e.what().lines().findFirst().orElse("");
    } catch (IOException | RuntimeException | Error e) {
      return "fault " + String.valueOf(e).lines().findFirst().orElse("");
    }
  }
}
