package dev.litegraft.tokenizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times of one thread against the oracle through JNI, in turns, on generated tokenizers and those
 * of the arguments: {@code SpeedRun [tokenizer.json…]}; or the time to open and the memory of the
 * generated ones and of the arguments: {@code SpeedRun open [tokenizer.json…]}.
 */
public final class SpeedRun {
  private static final String PROSE =
      "The quick brown fox jumps over the lazy dog, and 37 others didn't care; they'd seen it before."
          + " Über den Fluß führt eine naïve Brücke. 이 영화 정말 재미있어요! 日本語のテキスト。 ";

  private SpeedRun() {}

  /** The time of this thread alone: other processes may be busy. */
  private static long cpu() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  public static void main(String[] args) throws IOException {
    boolean opens = args.length > 0 && args[0].equals("open");
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (int a = opens ? 1 : 0; a < args.length; a++) {
      all.put(args[a], Files.readAllBytes(Path.of(args[a])));
    }
    all.put("WordPiece (generated)", BigTokenizers.wordPiece(PROSE));
    all.put("byte-level BPE (generated)", BigTokenizers.byteLevel(PROSE));
    all.put("Unigram (generated)", BigTokenizers.unigram());
    all.put("BPE over a whole text (generated)", BigTokenizers.bpe());
    all.forEach(opens ? SpeedRun::open : SpeedRun::race);
  }

  private static void race(String name, byte[] bytes) {
    Tokenizer ours = Tokenizer.read(bytes, name);
    System.out.println(name + ", reads early: " + ours.readsEarly());
    try (Oracle oracle = Oracle.plain(new String(bytes, StandardCharsets.UTF_8))) {
      race("short", texts(4000, 60), ours, oracle);
      race("long", texts(40, 20_000), ours, oracle);
    }
    String ten = PROSE.repeat(10_000_000 / PROSE.length());
    for (int i = 0; i < 4; i++) {
      long start = cpu();
      int tokens = ours.encode(ten, null, Truncation.to(64)).length();
      System.out.printf("  10 MB to %d tokens: %.1f ms%n", tokens, (cpu() - start) / 1e6);
    }
    long start = cpu();
    int tokens = ours.encode(ten).length();
    System.out.printf("  10 MB, all %d tokens: %.0f ms%n", tokens, (cpu() - start) / 1e6);
  }

  private static List<String> texts(int count, int length) {
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    String[] words = PROSE.split(" ", -1);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < length) {
        String word = words[random.nextInt(words.length)];
        text.append(random.nextInt(4) == 0 ? word + (char) ('a' + random.nextInt(26)) : word)
            .append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static void race(String name, List<String> texts, Tokenizer ours, Oracle oracle) {
    double best = Double.MAX_VALUE;
    double theirs = Double.MAX_VALUE;
    long tokens = 0;
    for (int round = 0; round < 12; round++) {
      long start = cpu();
      tokens = 0;
      for (String text : texts) {
        tokens += ours.encode(text).length();
      }
      long middle = cpu();
      for (String text : texts) {
        tokens -= oracle.ids(text, true).length;
      }
      long end = cpu();
      best = Math.min(best, (middle - start) / 1e3 / texts.size());
      theirs = Math.min(theirs, (end - middle) / 1e3 / texts.size());
      if (tokens != 0) {
        System.out.println("  not the same tokens: " + tokens);
      }
    }
    System.out.printf(
        "  %s: %.1f µs, oracle %.1f µs, %.1f times as fast%n", name, best, theirs, theirs / best);
  }

  private static void open(String name, byte[] json) {
    double best = Double.MAX_VALUE;
    Tokenizer last = null;
    for (int round = 0; round < 10; round++) {
      long start = cpu();
      last = Tokenizer.read(json, name);
      best = Math.min(best, (cpu() - start) / 1e6);
    }
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    long with = runtime.totalMemory() - runtime.freeMemory();
    int id = java.util.Objects.requireNonNull(last).maxId();
    last = null;
    System.gc();
    long without = runtime.totalMemory() - runtime.freeMemory();
    System.out.printf(
        "%s: %.1f MB, %d ids, opened in %.0f ms, %.1f MB in memory%n",
        name, json.length / 1e6, id + 1, best, (with - without) / 1e6);
  }
}
