package dev.litegraft.fuzz;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * Answers by the million from many threads, while the file is replaced by renames: {@code Endurance
 * CHECKPOINT ANSWERS [THREADS]}. Every answer is compared with what one of the two models gave in
 * peace; memory, open files and threads of the process are told every ten seconds. Exit code 1 if
 * an answer was wrong or none came.
 */
public final class Endurance {
  private static final int TEXTS = 200;
  private static final int ANSWERS_AN_OPENING = 500;
  private static final long SWAP_MILLISECONDS = 250;
  private static final String WORDS =
      "the film was good bad 영화 재미 없다 ein Haus a b c 1 2 3 , . ! ? 😀 [SEP] nothing very long";

  private final Path file;
  private final List<Path> variants;
  private final List<List<List<Float>>> expected = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final long most;
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong openings = new AtomicLong();
  private final AtomicLong swaps = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private TextClassifier shared;

  private Endurance(Path file, List<Path> variants, long most) throws IOException {
    this.file = file;
    this.variants = variants;
    this.most = most;
    Random random = new Random(1);
    String[] words = WORDS.split(" ", -1);
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder("a");
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(' ').append(words[random.nextInt(words.length)]);
      }
      texts.add(text.toString());
    }
    for (Path variant : variants) {
      List<List<Float>> logits = new ArrayList<>();
      try (TextClassifier classifier = TextClassifier.open(variant, options(1))) {
        for (String text : texts) {
          logits.add(classifier.classify(text).logits());
        }
      }
      expected.add(logits);
    }
    replace(0);
    shared = TextClassifier.open(file, options(4));
  }

  private static RuntimeOptions options(int interpreters) {
    return RuntimeOptions.defaults().withThreads(1).withInterpreters(interpreters);
  }

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : 16;
    Path folder = Files.createTempDirectory("litegraft-endurance");
    List<Path> variants = List.of(folder.resolve("f32.tflite"), folder.resolve("int8.tflite"));
    for (Path variant : variants) {
      Recipe recipe = Recipe.of(variant.getFileName().toString().replace(".tflite", ""));
      Converter.of(Path.of(args[0]))
          .withOptions(ConversionOptions.defaults().withRecipe(recipe))
          .convert(variant);
    }
    Endurance endurance =
        new Endurance(folder.resolve("model.tflite"), variants, Long.parseLong(args[1]));
    boolean right = endurance.run(threads, System.out);
    Folders.remove(folder);
    System.exit(right ? 0 : 1);
  }

  private boolean run(int threads, PrintStream out) throws InterruptedException, IOException {
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      boolean opens = i % 4 == 0;
      int seed = i;
      Thread thread = new Thread(() -> work(opens, new Random(seed), done), "answers-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    Thread swapper = new Thread(this::swap, "swapper");
    swapper.setDaemon(true);
    swapper.start();
    out.println("answers\topenings\tswaps\twrong\theap kB\tRSS kB\tfiles\tthreads\tmaps");
    long last = -1;
    while (!done.await(10, TimeUnit.SECONDS)) {
      long now = answers.get();
      out.println(now + "\t" + openings + "\t" + swaps + "\t" + wrong + "\t" + process());
      if (now == last) {
        out.println("no answer in ten seconds");
        return false;
      }
      last = now;
    }
    out.println(answers + "\t" + openings + "\t" + swaps + "\t" + wrong + "\t" + process());
    return wrong.get() == 0;
  }

  /**
   * A fourth of the threads open the file again and again; the others share one that is swapped.
   */
  private void work(boolean opens, Random random, CountDownLatch done) {
    try {
      while (answers.get() < most) {
        if (opens) {
          try (TextClassifier own = TextClassifier.open(file, options(1))) {
            openings.incrementAndGet();
            ask(own, random, ANSWERS_AN_OPENING);
          }
        } else {
          lock.readLock().lock();
          try {
            ask(shared, random, 50);
          } finally {
            lock.readLock().unlock();
          }
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      wrong.incrementAndGet();
      System.err.println(Thread.currentThread().getName() + ": " + e);
    } finally {
      done.countDown();
    }
  }

  private void ask(TextClassifier classifier, Random random, int count) {
    int variant = -1;
    for (int i = 0; i < count; i++) {
      int text = random.nextInt(TEXTS);
      Classification answer = classifier.classify(texts.get(text));
      int from = 0;
      while (from < variants.size() && !expected.get(from).get(text).equals(answer.logits())) {
        from++;
      }
      // One opened model answers as one of the two does, and stays with it.
      if (from == variants.size() || (variant >= 0 && variant != from)) {
        wrong.incrementAndGet();
        System.err.println("wrong: " + texts.get(text) + ": " + answer.logits());
      }
      variant = from;
      answers.incrementAndGet();
    }
  }

  private void swap() {
    try {
      for (int i = 1; answers.get() < most; i++) {
        Thread.sleep(SWAP_MILLISECONDS);
        replace(i % variants.size());
        TextClassifier next = TextClassifier.open(file, options(4));
        TextClassifier before;
        lock.writeLock().lock();
        try {
          before = shared;
          shared = next;
        } finally {
          lock.writeLock().unlock();
        }
        before.close();
        swaps.incrementAndGet();
      }
    } catch (IOException | RuntimeException e) {
      wrong.incrementAndGet();
      System.err.println("swapper: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void replace(int variant) throws IOException {
    Path hidden = file.resolveSibling("next");
    Files.copy(variants.get(variant), hidden, StandardCopyOption.REPLACE_EXISTING);
    Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String process() throws IOException {
    Runtime runtime = Runtime.getRuntime();
    long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 10;
    Path self = Path.of("/proc/self");
    if (!Files.exists(self)) {
      return heap + "\t-\t-\t-\t-";
    }
    String status = Files.readString(self.resolve("status"));
    long maps;
    try (Stream<String> lines = Files.lines(self.resolve("maps"))) {
      maps = lines.count();
    }
    return heap
        + "\t"
        + field(status, "VmRSS:")
        + "\t"
        + count(self.resolve("fd"))
        + "\t"
        + field(status, "Threads:")
        + "\t"
        + maps;
  }

  private static String field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .findFirst()
        .orElse("-");
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }
}
