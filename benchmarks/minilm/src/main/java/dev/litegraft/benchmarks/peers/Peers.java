package dev.litegraft.benchmarks.peers;

import dev.litegraft.benchmarks.minilm.RebuiltCheckpoint;
import dev.litegraft.benchmarks.results.PeerResults;
import dev.litegraft.benchmarks.results.PeerResults.Beside;
import dev.litegraft.benchmarks.results.PeerResults.Row;
import dev.litegraft.benchmarks.results.PeerResults.Times;
import dev.litegraft.lab.evaluation.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Answers of this project's files beside those of other programs, on the same weights, which it
 * makes of checkpoints itself, and the same tokens: JSON with the times, their ratio within each
 * round, how far answers are apart, and the machine's facts.
 *
 * <p>Each engine is in a process of its own, and they answer in turns: one computes, and the others
 * wait for their next command. Tokens are no text, which int8 takes worse.
 *
 * <pre>
 * ./mvnw -q -B -Pminilm -Dmaven.test.skip=true package -pl benchmarks/minilm -am
 * java --enable-native-access=ALL-UNNAMED \
 *   -cp "benchmarks/minilm/target/classes:$(cat benchmarks/minilm/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.peers.Peers [--models …] [--recipes …] [--threads …] [--tokens …]
 *     [--peers …] [--rounds N] [--out FILE]
 * </pre>
 */
public final class Peers {
  private static final long TURN_MILLISECONDS = 40;
  private static final long WARM_MILLISECONDS = 300;

  /** Passes over the texts until Java has compiled what reads them. */
  private static final int WARM_PASSES = 100;

  private final PeerOptions options;
  private final Map<String, String> machine = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();

  private Peers(PeerOptions options) {
    this.options = options;
  }

  /** Takes options; without any, all is measured. */
  public static void main(String... args) throws Exception {
    Peers peers = new Peers(PeerOptions.of(args));
    String json = peers.measured().toJson();
    if (peers.options.out().isEmpty()) {
      System.out.print(json);
    }
  }

  /** What is known until now stands in the file: a run is long. */
  private PeerResults written(String load) throws IOException {
    machine.put("load", load + " to " + load());
    machine.put("rounds", Integer.toString(options.rounds()));
    PeerResults results = new PeerResults(machine, rows);
    if (options.out().isPresent()) {
      Files.writeString(options.out().get(), results.toJson());
    }
    return results;
  }

  private PeerResults measured() throws Exception {
    Machine here = Machine.here();
    machine.put(PeerResults.DATE, LocalDate.now(ZoneOffset.UTC).toString());
    machine.put(
        "processor", here.processors() + " of " + here.processor() + ProcessorFacts.model());
    String without = System.getenv().getOrDefault("CPUID_WITHOUT", "");
    if (!without.isEmpty()) {
      machine.put("seen_without", without.replace(",", ", "));
    }
    List<String> int8 = ProcessorFacts.seen(here.int8Instructions(), without);
    machine.put("int8_instructions", int8.isEmpty() ? "none" : String.join(", ", int8));
    machine.put("system", here.system());
    machine.put("java", here.java());
    String before = load();
    for (PeerModel model : options.models()) {
      for (String recipe : options.recipes()) {
        for (int threads : options.threads()) {
          rows(model, recipe, threads);
          written(before);
        }
      }
    }
    if (options.kinds().contains(PeerKind.LANGCHAIN4J)) {
      for (int threads : options.threads()) {
        texts(threads);
      }
    }
    return written(before);
  }

  private static String load() {
    return String.format(
        Locale.ROOT, "%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  /** Rows of tokens of one model. */
  private void rows(PeerModel model, String recipe, int threads) throws Exception {
    boolean int8 = recipe.equals("int8");
    List<Peer> engines = new ArrayList<>();
    try {
      for (PeerKind kind : options.kinds()) {
        if (kind.answersRows()) {
          engines.add(started(kind, model.file(kind, int8), threads));
        }
      }
      for (int tokens : options.tokens()) {
        String row = tokens + " " + model.vocabulary();
        List<double[]> answers = new ArrayList<>();
        for (Peer engine : engines) {
          answers.add(engine.ask("numbers " + row));
          engine.ask("row " + row + " " + WARM_MILLISECONDS);
        }
        List<List<double[]>> times = inTurns(engines, "row " + row + " " + TURN_MILLISECONDS);
        rows.add(row(model.word(), recipe, threads, tokens, engines, times, answers));
      }
    } finally {
      closeAll(engines);
    }
  }

  /** Texts, tokenizer and all, through LangChain4j's interface. */
  private void texts(int threads) throws Exception {
    Path texts = PeerModel.folder().resolve("texts-113.txt");
    Files.write(texts, RebuiltCheckpoint.resource("texts-113.txt"));
    List<Peer> engines = new ArrayList<>();
    try {
      Path file = PeerModel.MINILM.file(PeerKind.LITEGRAFT, true);
      for (PeerKind kind : List.of(PeerKind.LITEGRAFT_TEXTS, PeerKind.LANGCHAIN4J)) {
        engines.add(started(kind, file, threads));
      }
      String command = "texts " + texts;
      for (Peer engine : engines) {
        for (int i = 0; i < WARM_PASSES; i++) {
          engine.ask(command);
        }
      }
      rows.add(
          row(
              PeerModel.MINILM.word(),
              "int8",
              threads,
              0,
              engines,
              inTurns(engines, command),
              List.of()));
    } finally {
      closeAll(engines);
    }
  }

  private Peer started(PeerKind kind, Path file, int threads) throws IOException {
    Peer peer = Peer.start(kind, file, threads);
    if (kind != PeerKind.LITEGRAFT_TEXTS) {
      machine.put(kind.word(), peer.version());
    }
    return peer;
  }

  private static void closeAll(List<Peer> engines) throws IOException {
    for (Peer engine : engines) {
      engine.close();
    }
  }

  /** Each engine's times, round by round; another one begins each round. */
  private List<List<double[]>> inTurns(List<Peer> engines, String command) throws IOException {
    List<List<double[]>> times = new ArrayList<>();
    engines.forEach(engine -> times.add(new ArrayList<>()));
    for (int round = 0; round < options.rounds(); round++) {
      for (int i = 0; i < engines.size(); i++) {
        int turn = (i + round) % engines.size();
        times.get(turn).add(engines.get(turn).ask(command));
      }
    }
    return times;
  }

  /** The first engine is this project's. */
  private static Row row(
      String model,
      String recipe,
      int threads,
      int tokens,
      List<Peer> engines,
      List<List<double[]>> times,
      List<double[]> answers) {
    Map<String, Beside> peers = new LinkedHashMap<>();
    for (int i = 1; i < engines.size(); i++) {
      OptionalDouble apart =
          answers.isEmpty()
              ? OptionalDouble.empty()
              : OptionalDouble.of(apart(answers.get(0), answers.get(i)));
      peers.put(engines.get(i).kind().word(), Beside.of(times.get(0), times.get(i), apart));
    }
    return new Row(model, recipe, threads, tokens, Times.of(times.get(0)), peers);
  }

  private static double apart(double[] a, double[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresOfA += a[i] * a[i];
      squaresOfB += b[i] * b[i];
    }
    return 1 - product / Math.sqrt(squaresOfA * squaresOfB);
  }
}
