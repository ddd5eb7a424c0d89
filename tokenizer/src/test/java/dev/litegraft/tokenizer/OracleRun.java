package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compares with the oracle on every {@code tokenizer.json} below some folders, at length: {@code
 * OracleRun texts seed folder…}.
 */
public final class OracleRun {
  private OracleRun() {}

  public static void main(String[] args) throws IOException {
    int texts = Integer.parseInt(args[0]);
    long seed = Long.parseLong(args[1]);
    Set<String> seen = new HashSet<>();
    int files = 0;
    long compared = 0;
    List<String> faults = new ArrayList<>();
    for (int a = 2; a < args.length; a++) {
      List<Path> paths;
      try (Stream<Path> walk = Files.walk(Path.of(args[a]))) {
        paths =
            walk.filter(p -> p.getFileName().toString().equals("tokenizer.json")).sorted().toList();
      }
      for (Path path : paths) {
        String json = Files.readString(path, StandardCharsets.UTF_8);
        if (!seen.add(json)) {
          continue;
        }
        files++;
        int faultsBefore = faults.size();
        Tokenizer ours;
        try {
          ours = Tokenizer.read(json.getBytes(StandardCharsets.UTF_8), path.toString());
        } catch (TokenizerException e) {
          faults.add("REFUSED " + path + " " + e.getMessage());
          System.out.println(faults.get(faults.size() - 1));
          continue;
        }
        try (Oracle oracle = Oracle.plain(json)) {
          HardTexts random = new HardTexts(seed + files);
          for (int i = 0; i < texts && faults.size() < faultsBefore + 3; i++) {
            String text = random.next();
            String pair = i % 5 == 4 ? random.next() : null;
            boolean special = i % 7 != 6;
            compared++;
            String different = Comparison.difference(ours, oracle, text, pair, special);
            if (different == null && i % 10 == 0) {
              int[] ids = ours.encode(text).ids();
              String decoded = ours.decode(ids, i % 20 == 0);
              String theirs = oracle.decode(ids, i % 20 == 0);
              if (!decoded.equals(theirs)) {
                different =
                    "decoded " + Comparison.escaped(decoded) + " / " + Comparison.escaped(theirs);
              }
            }
            if (different != null) {
              faults.add(
                  path
                      + "\n  "
                      + Comparison.escaped(text)
                      + (pair == null ? "" : " + " + Comparison.escaped(pair))
                      + "\n  "
                      + different);
              System.out.println(faults.get(faults.size() - 1));
            }
          }
        }
      }
    }
    System.out.println(
        files + " tokenizers, " + compared + " texts, " + faults.size() + " differences");
  }
}
