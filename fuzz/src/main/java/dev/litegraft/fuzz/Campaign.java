package dev.litegraft.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs damaged files by the thousand in a child process, and says what became of them: {@code
 * Campaign models|operators|archives|checkpoints|sizes|pickles FOLDER FROM TO [RESULTS]}, where
 * FOLDER holds good files, or folders of checkpoints, and FROM to TO are seeds. A child that dies
 * is a finding, and one that says nothing for a minute of processor time, or for ten minutes; so is
 * a fault that is none of Litegraft's errors. Exit code 1 if there is one.
 */
public final class Campaign {
  /** Of processor time: on a busy machine an answer may take longer, and a slow one needs more. */
  private static final long PATIENCE_SECONDS = 60;

  private static final long LOOK_SECONDS = 10;

  private static final int MOST_LOOKS = 60;

  private final String what;
  private final List<Path> bases;
  private final Path folder;
  private final Writer results;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final List<String> findings = new ArrayList<>();
  private @Nullable Process child;
  private @Nullable BufferedReader answers;
  private @Nullable Writer questions;

  private Campaign(String what, List<Path> bases, Path folder, Writer results) {
    this.what = what;
    this.bases = bases;
    this.folder = folder;
    this.results = results;
  }

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("litegraft-fuzz");
    Path from = Path.of(args[1]);
    if (args[0].equals("checkpoints") || args[0].equals("sizes")) {
      from = Folders.unpacked(from, folder.resolve("bases"));
    }
    List<Path> bases;
    try (Stream<Path> all = Files.list(from)) {
      bases = // Operators are made from scratch.
          args[0].equals("operators")
              ? List.of(from)
              : all.filter(f -> isBase(f, args[0])).sorted().toList();
    }
    PrintStream out = System.out;
    int failed;
    try (Writer results =
        args.length > 4 ? Files.newBufferedWriter(Path.of(args[4])) : Writer.nullWriter()) {
      Campaign campaign = new Campaign(args[0], bases, folder, results);
      campaign.run(Long.parseLong(args[2]), Long.parseLong(args[3]));
      campaign.counts.forEach((verdict, count) -> out.println(verdict + " " + count));
      campaign.findings.forEach(out::println);
      failed = campaign.findings.size();
    } finally {
      Folders.remove(folder);
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private static boolean isBase(Path file, String what) {
    String name = file.toString();
    return switch (what) {
      case "models" -> name.endsWith(".tflite") || name.endsWith(".litertlm");
      case "archives" -> name.endsWith(".tflite");
      case "pickles" -> name.endsWith(".bin") || name.endsWith(".pkl");
      default -> Files.isDirectory(file);
    };
  }

  private void run(long from, long to) throws IOException, InterruptedException {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    for (long seed = from; seed < to; seed++) {
      Path base = bases.get((int) (seed % bases.size()));
      String verdict = ask(reader, base + " " + seed);
      String kind = verdict.split(" ", 2)[0];
      counts.merge(kind, 1, Integer::sum);
      results.write(seed + "\t" + base.getFileName() + "\t" + verdict + "\n");
      if (!kind.equals(Trial.REFUSED) && !kind.equals(Trial.ANSWERED)) {
        findings.add(base.getFileName() + " seed " + seed + ": " + verdict);
        results.flush();
      }
    }
    reader.shutdownNow();
    if (child != null) {
      child.destroy();
    }
  }

  private String ask(ExecutorService reader, String question)
      throws IOException, InterruptedException {
    if (child == null || !child.isAlive()) {
      start();
    }
    Writer to = java.util.Objects.requireNonNull(questions);
    BufferedReader from = java.util.Objects.requireNonNull(answers);
    try {
      to.write(question + "\n");
      to.flush();
    } catch (IOException e) {
      return death();
    }
    Callable<@Nullable String> line = from::readLine;
    Future<@Nullable String> answer = reader.submit(line);
    Process asked = java.util.Objects.requireNonNull(child);
    Duration begun = used(asked);
    for (int look = 1; ; look++) {
      try {
        String text = answer.get(LOOK_SECONDS, TimeUnit.SECONDS);
        return text == null ? death() : text;
      } catch (TimeoutException e) {
        long seconds = used(asked).minus(begun).toSeconds();
        if (seconds >= PATIENCE_SECONDS || look == MOST_LOOKS) {
          asked.destroyForcibly().waitFor();
          child = null;
          return "hang of " + seconds + " s of processor time";
        }
      } catch (ExecutionException e) {
        return death();
      }
    }
  }

  private static Duration used(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private String death() throws InterruptedException {
    Process dead = java.util.Objects.requireNonNull(child);
    int code = dead.waitFor();
    child = null;
    return "death " + code;
  }

  private void start() throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                List.of("checkpoints", "sizes", "pickles").contains(what) ? "-Xmx256m" : "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+SuppressFatalErrorMessage",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                what,
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    child = process;
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    questions = new java.io.OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }
}
