package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares with the oracle on generated tokenizers: {@code RandomRun tokenizers texts seed
 * [tokenizer.json with a charsmap]}. The tokenizer and text that are tried stand in the file {@code
 * random-run.last}, as the oracle may end the process.
 */
public final class RandomRun {
  private RandomRun() {}

  public static void main(String[] args) throws IOException {
    int tokenizers = Integer.parseInt(args[0]);
    int texts = Integer.parseInt(args[1]);
    long seed = Long.parseLong(args[2]);
    String charsmap =
        args.length > 3 ? charsmap(Files.readString(Path.of(args[3]), StandardCharsets.UTF_8)) : "";
    int compared = 0;
    int refused = 0;
    int faults = 0;
    boolean careful = Boolean.getBoolean("careful");
    for (int t = Integer.getInteger("from", 0); t < tokenizers && faults < 40; t++) {
      String json = new RandomTokenizers(seed * 1_000_003 + t, charsmap).next();
      Files.writeString(Path.of("random-run.last"), t + "\n" + json);
      Tokenizer ours;
      try {
        ours = Tokenizer.read(json.getBytes(StandardCharsets.UTF_8), "tokenizer " + t);
      } catch (TokenizerException e) {
        refused++;
        System.out.println(t + " refused: " + e.getMessage());
        continue;
      }
      try (Oracle oracle = Oracle.plain(json)) {
        HardTexts random = new HardTexts(seed * 7 + t);
        int before = faults;
        for (int i = 0; i < texts && faults < before + 1; i++) {
          String text = random.next();
          String pair = i % 5 == 4 ? random.next() : null;
          if (careful) {
            Files.writeString(
                Path.of("random-run.text"),
                Comparison.escaped(text) + (pair == null ? "" : Comparison.escaped(pair)));
          }
          compared++;
          String different;
          try {
            different = Comparison.difference(ours, oracle, text, pair, i % 7 != 6);
            if (different == null && i % 3 == 0) {
              int[] ids = ours.encode(text).ids();
              if (ids.length > 0) {
                String decoded = ours.decode(ids, i % 2 == 0);
                String theirs = oracle.decode(ids, i % 2 == 0);
                if (!decoded.equals(theirs)) {
                  different =
                      "decoded " + Comparison.escaped(decoded) + " / " + Comparison.escaped(theirs);
                }
              }
            }
          } catch (RuntimeException e) {
            different = e.toString();
          }
          if (different != null) {
            faults++;
            System.out.println(
                "tokenizer "
                    + t
                    + " "
                    + shortened(json)
                    + "\n  "
                    + Comparison.escaped(text)
                    + (pair == null ? "" : " + " + Comparison.escaped(pair))
                    + "\n  "
                    + different);
          }
        }
      }
    }
    System.out.println(
        tokenizers
            + " tokenizers, "
            + refused
            + " refused, "
            + compared
            + " texts, "
            + faults
            + " differences");
  }

  static String charsmap(String json) {
    Matcher matcher =
        Pattern.compile("\"precompiled_charsmap\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String shortened(String json) {
    String brief =
        json.replaceAll("\"precompiled_charsmap\":\"[^\"]*\"", "\"precompiled_charsmap\":…");
    int vocabulary = brief.indexOf("\"vocab\":");
    return brief.substring(0, Math.min(vocabulary < 0 ? 3000 : vocabulary, 3000));
  }
}
