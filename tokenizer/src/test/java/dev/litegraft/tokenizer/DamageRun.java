package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Reads damaged files, and gives hostile texts to those that can be read: {@code DamageRun files
 * texts seed tokenizer.json…}. Whatever is neither an encoding nor a {@link TokenizerException}, or
 * takes more than a second of this thread's time, is a fault.
 */
public final class DamageRun {
  private static final long LONGEST = 1_000_000_000L;

  private DamageRun() {}

  /** What went wrong. */
  record Result(int files, int read, int texts, List<String> faults, double slowest) {}

  public static void main(String[] args) throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
      originals.add(Files.readAllBytes(Path.of(args[i])));
    }
    Result result =
        run(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Long.parseLong(args[2]),
            originals);
    result.faults.forEach(System.out::println);
    System.out.printf(
        "%d files, %d could be read, %d texts, %d faults, slowest %.0f ms%n",
        result.files, result.read, result.texts, result.faults.size(), result.slowest);
  }

  static Result run(int files, int texts, long seed, List<byte[]> originals) {
    Random random = new Random(seed);
    HardTexts hard = new HardTexts(seed);
    List<String> faults = new ArrayList<>();
    int read = 0;
    int tried = 0;
    double slowest = 0;
    for (int i = 0; i < files; i++) {
      byte[] damaged = damaged(originals.get(random.nextInt(originals.size())), random);
      long start = cpu();
      String what = "file " + i;
      try {
        Tokenizer tokenizer = Tokenizer.read(damaged, "damaged");
        read++;
        for (int t = 0; t < texts; t++) {
          tried++;
          start = cpu();
          String text = hostile(hard, random);
          what = "file " + i + ", text " + t + " of " + text.length();
          try {
            int[] ids = tokenizer.encode(text, t % 3 == 2 ? hard.next() : null).ids();
            String ignored = tokenizer.decode(ids, true);
            Encoding cut = tokenizer.encode(text, null, Truncation.to(16));
            if (cut.length() > 16) {
              faults.add(what + ": " + cut.length() + " tokens");
            }
          } catch (TokenizerException e) {
            slowest = Math.max(slowest, (cpu() - start) / 1e6);
          }
          slowest = Math.max(slowest, (cpu() - start) / 1e6);
          if (cpu() - start > LONGEST) {
            faults.add(what + " took " + (cpu() - start) / 1_000_000 + " ms");
          }
        }
      } catch (TokenizerException e) {
        if (e.what().isEmpty() || e.where().isEmpty() || e.remedy().isEmpty()) {
          faults.add(what + ": an error without its parts");
        }
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        faults.add(
            what
                + ": "
                + e
                + " at "
                + e.getStackTrace()[0]
                + " "
                + e.getStackTrace()[Math.min(3, e.getStackTrace().length - 1)]);
      }
      if (cpu() - start > LONGEST) {
        faults.add(what + " took " + (cpu() - start) / 1_000_000 + " ms");
      }
    }
    return new Result(files, read, tried, faults, slowest);
  }

  private static long cpu() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String hostile(HardTexts hard, Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "a".repeat(1 + random.nextInt(20_000));
      case 1 -> "e\u0301".repeat(1 + random.nextInt(3_000));
      case 2 -> "\u0300".repeat(1 + random.nextInt(5_000));
      case 3 -> " ".repeat(1 + random.nextInt(20_000)) + "x";
      case 4 -> "\uD83D\uDC69\u200D".repeat(1 + random.nextInt(2_000));
      case 5 -> "1".repeat(1 + random.nextInt(5_000)) + "a!";
      case 6 -> "\uFDFA".repeat(1 + random.nextInt(2_000));
      case 7 -> (hard.next() + " ").repeat(1 + random.nextInt(50));
      default -> hard.next();
    };
  }

  /** A file with its bytes or its words changed. */
  private static byte[] damaged(byte[] original, Random random) {
    int kind = random.nextInt(6);
    if (kind == 0) {
      byte[] bytes = original.clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      return bytes;
    }
    if (kind == 1) {
      return java.util.Arrays.copyOf(original, random.nextInt(original.length));
    }
    String json = new String(original, StandardCharsets.UTF_8);
    for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
      json = changed(json, random);
    }
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "4294967296",
          "1e400",
          "1.5",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "\"\\u0000\"",
          "[[[[[[]]]]]]",
          "\"Sequence\"",
          "\"(a+)+$\"",
          "\"ByteLevel\"",
          "\"NFKC\"",
          "2147483647",
          "\"\\ud800\"",
          "\"[UNK]\"",
          "\"(?<=a*)b\"",
          "\"((a*)*)*b\"");

  private static final List<String> NORMALIZERS =
      List.of(
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\"},\"content\":\"xxxxxxxxxxxxxxxx\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(a*)*b?\"},\"content\":\"x\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaaaaaaaa\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAQAAP////8=\"}",
          "{\"type\":\"Sequence\",\"normalizers\":[]}",
          "{\"type\":\"NFKD\"}",
          "{\"type\":\"Prepend\",\"prepend\":\"\"}");
  private static final List<String> PRE_TOKENIZERS =
      List.of(
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a|a)*b\"},\"behavior\":\"Isolated\","
              + "\"invert\":false}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"behavior\":\"Removed\","
              + "\"invert\":true}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?=(a+))a*b\"},\"behavior\":"
              + "\"MergedWithNext\",\"invert\":false}",
          "{\"type\":\"Split\",\"pattern\":{\"String\":\"\"},\"behavior\":\"Contiguous\","
              + "\"invert\":false}",
          "{\"type\":\"FixedLength\",\"length\":0}",
          "{\"type\":\"FixedLength\",\"length\":2147483647}",
          "{\"type\":\"UnicodeScripts\"}",
          "null",
          "{\"type\":\"Sequence\",\"pretokenizers\":[]}");

  /** One value, or a part of the pipeline, replaced by another. */
  private static String changed(String json, Random random) {
    int from = random.nextInt(json.length());
    if (random.nextInt(2) == 0) {
      from = Math.min(from, random.nextInt(Math.min(json.length(), 3_000)));
    }
    int colon = json.indexOf(':', from);
    if (colon < 0) {
      return json.substring(0, from);
    }
    int end = colon + 1;
    while (end < json.length() && ",}]".indexOf(json.charAt(end)) < 0) {
      end++;
    }
    if (random.nextInt(2) == 0) {
      boolean normalizer = random.nextBoolean();
      List<String> parts = normalizer ? NORMALIZERS : PRE_TOKENIZERS;
      String part = parts.get(random.nextInt(parts.size()));
      String name = normalizer ? "\"normalizer\":" : "\"pre_tokenizer\":";
      int at = json.indexOf(name);
      return at < 0
          ? json
          : json.substring(0, at) + name + part + ",\"old\":" + json.substring(at + name.length());
    }
    return json.substring(0, colon + 1)
        + VALUES.get(random.nextInt(VALUES.size()))
        + json.substring(end);
  }
}
