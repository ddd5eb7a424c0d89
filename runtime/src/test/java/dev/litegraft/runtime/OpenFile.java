package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A process that keeps a file open, and may die of what is done to it: {@code OpenFile FILE
 * IN_MEMORY}. For each line of a number it answers so often, and says the last answer, or what was
 * wrong.
 */
final class OpenFile {
  private OpenFile() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(1);
    try (RawModel model =
            RawModel.open(Path.of(args[0]), options.withInMemory(Boolean.parseBoolean(args[1])));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      int[] ids = Arrays.stream(args[2].split(",")).mapToInt(Integer::parseInt).toArray();
      out.println("open");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(answered(model, ids, Integer.parseInt(line)));
        out.flush();
      }
    }
  }

  private static String answered(RawModel model, int[] ids, int times) {
    String last = "";
    for (int i = 0; i < times; i++) {
      try {
        String answer = Arrays.toString(model.run(ids, null, null).get(0).values());
        if (i > 0 && !answer.equals(last)) {
          return "another answer: " + answer;
        }
        last = answer;
      } catch (InvalidFileException e) {
        return "refused: " + e.what();
      }
    }
    return last;
  }
}
