package dev.litegraft.fuzz;

import dev.litegraft.error.LitegraftException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A damaged {@code .tflite} or {@code .litertlm}: opened and run on ids, and on a text where it
 * answers.
 */
final class ModelTrial implements Trial {
  private static final int[] IDS = {2, 5, 7, 11, 3};

  private final Path file;
  private final Map<Path, TfliteMutator> mutators = new HashMap<>();

  ModelTrial(Path folder) {
    file = folder.resolve("damaged-" + ProcessHandle.current().pid() + ".tflite");
  }

  @Override
  public String verdict(Path base, long seed) throws IOException {
    TfliteMutator mutator = mutators.get(base);
    if (mutator == null) {
      mutator = new TfliteMutator(Files.readAllBytes(base));
      mutators.put(base, mutator);
    }
    Files.write(file, mutator.damaged(seed));
    String verdict = verdict(file, IDS);
    if (!verdict.startsWith(ANSWERED)) {
      return verdict;
    }
    for (String command : List.of("classify", "embed")) {
      Lines lines = Lines.of(List.of(command, file.toString(), CheckpointTrial.TEXT, "--json"));
      if (!lines.isFine()) {
        return "fault exit " + lines.exitCode() + " of " + command + ": " + lines.error();
      }
    }
    return verdict;
  }

  @Override
  public void keep(Path folder) throws IOException {
    Files.copy(file, folder.resolve("damaged.tflite"), StandardCopyOption.REPLACE_EXISTING);
  }

  static String verdict(Path file, int[] ids) {
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(1))) {
      List<RawOutput> outputs = model.run(ids, null, null);
      int hash = 0;
      for (RawOutput output : outputs) {
        hash = 31 * hash + output.shape().hashCode() + Arrays.hashCode(output.values());
      }
      return ANSWERED + " " + Integer.toHexString(hash);
    } catch (LitegraftException e) {
      return REFUSED + " " + e.what().lines().findFirst().orElse("");
    } catch (IOException | RuntimeException | Error e) {
      return "fault " + String.valueOf(e).lines().findFirst().orElse("");
    }
  }
}
