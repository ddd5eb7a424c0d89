package dev.litegraft.benchmarks;

import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.serve.ModelServer;
import dev.litegraft.serve.ServeOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The server under many connections beside {@code classifyAll} on the same texts with the same
 * threads, in turns, each in a process of its own; processor times say what each one needs, and
 * that of the load is counted apart. Every answer is compared with the first one to its text.
 *
 * <pre>
 * ./mvnw -q -B -Dmaven.test.skip=true package -pl benchmarks -am
 * java -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.ServeLoad FILE TEXTS [connections [texts a round [rounds [kill]]]]
 * </pre>
 *
 * <p>FILE is a classifier, TEXTS has one a line. With {@code kill} the server is killed in the
 * middle of the last round: {@code stop} as with Ctrl-C, {@code halt} without a warning. {@code
 * --alone FILE TEXTS connections requests} asks the server only, for as many requests as one likes.
 */
public final class ServeLoad {
  private static final int THREADS = 2;

  private ServeLoad() {}

  /** See above; the first word tells a child what it is. */
  public static void main(String... args) throws IOException, InterruptedException {
    switch (args[0]) {
      case "--server" -> server(Path.of(args[1]));
      case "--direct" -> direct(Path.of(args[1]), Path.of(args[2]));
      case "--alone" -> alone(args);
      default -> compare(args);
    }
  }

  private static RuntimeOptions runtime() {
    return RuntimeOptions.defaults().withThreads(THREADS);
  }

  private static void server(Path file) throws IOException, InterruptedException {
    ServeOptions options = ServeOptions.defaults().withPort(0).withRuntime(runtime());
    ModelServer server =
        ModelServer.start(List.of(file), options, fault -> System.err.println(fault));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    System.out.println(server.address().getPort());
    new java.util.concurrent.CountDownLatch(1).await();
  }

  /** Reads how many texts to classify, and says when it is done. */
  private static void direct(Path file, Path texts) throws IOException {
    List<String> all = Files.readAllLines(texts);
    try (TextClassifier classifier = TextClassifier.open(file, runtime());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int count = Integer.parseInt(line);
        try (Stream<?> answers = classifier.classifyAll(some(all, count))) {
          System.out.println(answers.count());
        }
      }
    }
  }

  private static Stream<String> some(List<String> all, int count) {
    return IntStream.range(0, count).mapToObj(i -> all.get(i % all.size()));
  }

  /** A process of this class. */
  private record Child(Process process, BufferedReader out, Writer in) {
    static Child of(String... args) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-Xmx1g",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ServeLoad.class.getName()));
      command.addAll(List.of(args));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Child(
          process,
          process.inputReader(StandardCharsets.UTF_8),
          process.outputWriter(StandardCharsets.UTF_8));
    }

    Duration processorTime() {
      return process.toHandle().info().totalCpuDuration().orElseThrow();
    }
  }

  /** What a round needed: seconds of time, of the asked one's processors, of the load's own. */
  private record Round(double seconds, double processor, double load) {}

  private static void compare(String... args) throws IOException, InterruptedException {
    List<String> texts = Files.readAllLines(Path.of(args[1]));
    int connections = args.length > 2 ? Integer.parseInt(args[2]) : 64;
    int count = args.length > 3 ? Integer.parseInt(args[3]) : 2000;
    int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 5;
    String kill = args.length > 5 ? args[5] : "";
    Child server = Child.of("--server", args[0]);
    Child direct = Child.of("--direct", args[0], args[1]);
    try {
      int port = Integer.parseInt(server.out().readLine());
      ServeLoad.Load load = new Load(port, texts);
      load.run(1, Math.min(count, texts.size()), () -> {}); // What is right.
      direct(direct, count);
      load.forget();
      List<Double> wall = new ArrayList<>();
      List<Double> processor = new ArrayList<>();
      for (int round = 1; round <= rounds; round++) {
        Round plain = direct(direct, count);
        Runnable middle = round < rounds || kill.isEmpty() ? () -> {} : () -> end(server, kill);
        Duration before = server.processorTime();
        long own = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
        long begin = System.nanoTime();
        load.run(connections, count, middle);
        double seconds = (System.nanoTime() - begin) / 1e9;
        own = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() - own;
        if (round == rounds && !kill.isEmpty()) {
          break;
        }
        Round served =
            new Round(seconds, server.processorTime().minus(before).toNanos() / 1e9, own / 1e9);
        print(round, count, plain, served);
        wall.add(plain.seconds() / served.seconds());
        processor.add(plain.processor() / served.processor());
      }
      System.out.printf(
          Locale.ROOT,
          "median of the rates' ratio: %.3f by time, %.3f by the server's processor time%n",
          median(wall),
          median(processor));
      load.print();
    } finally {
      server.process().destroyForcibly();
      direct.process().destroyForcibly();
    }
  }

  private static void alone(String... args) throws IOException, InterruptedException {
    List<String> texts = Files.readAllLines(Path.of(args[2]));
    int count = Integer.parseInt(args[4]);
    Child server = Child.of("--server", args[1]);
    try {
      ServeLoad.Load load = new Load(Integer.parseInt(server.out().readLine()), texts);
      load.run(1, texts.size(), () -> {}); // What is right.
      load.forget();
      Duration before = server.processorTime();
      long begin = System.nanoTime();
      load.run(Integer.parseInt(args[3]), count, () -> {});
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%d requests: %.1f/s, %.1f/s of the server's processor time%n",
          count,
          count / seconds,
          count / (server.processorTime().minus(before).toNanos() / 1e9));
      load.print();
    } finally {
      server.process().destroyForcibly();
    }
  }

  private static void end(Child server, String kill) {
    if (kill.equals("halt")) {
      server.process().destroyForcibly();
    } else {
      server.process().destroy();
    }
  }

  private static Round direct(Child direct, int count) throws IOException {
    Duration before = direct.processorTime();
    long begin = System.nanoTime();
    direct.in().write(count + "\n");
    direct.in().flush();
    direct.out().readLine();
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Round(seconds, direct.processorTime().minus(before).toNanos() / 1e9, 0);
  }

  private static void print(int round, int count, Round plain, Round served) {
    System.out.printf(
        Locale.ROOT,
        "round %d: classifyAll %.1f/s (%.2f s processor), server %.1f/s (%.2f s), load %.2f s%n",
        round,
        count / plain.seconds(),
        plain.processor(),
        count / served.seconds(),
        served.processor(),
        served.load());
  }

  private static double median(List<Double> numbers) {
    if (numbers.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = new ArrayList<>(numbers);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  /** Connections that ask about texts one after the other. */
  private static final class Load {
    private final int port;
    private final List<byte[]> requests;
    private final Map<Integer, String> right = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();
    private final List<long[]> times = Collections.synchronizedList(new ArrayList<>());

    Load(int port, List<String> texts) {
      this.port = port;
      this.requests =
          texts.stream()
              .map(text -> text.replace("\\", "\\\\").replace("\"", "\\\"").replace('\t', ' '))
              .map(text -> LoadClient.post("/predict", "{\"inputs\":\"" + text + "\"}"))
              .toList();
    }

    void forget() {
      kinds.clear();
      times.clear();
    }

    void run(int connections, int count, Runnable middle) throws InterruptedException {
      AtomicInteger next = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Thread thread = new Thread(() -> connection(next, count, middle), "connection-" + i);
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    private void connection(AtomicInteger next, int count, Runnable middle) {
      long[] took = new long[count];
      int answers = 0;
      try (LoadClient client = new LoadClient(port)) {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          if (i == count / 2) {
            middle.run();
          }
          long begin = System.nanoTime();
          LoadClient.Response response = client.ask(requests.get(i % requests.size()));
          took[answers++] = System.nanoTime() - begin;
          count(response, i % requests.size());
          if (response.status() == 503) {
            break; // Its connection ends, too.
          }
        }
      } catch (IOException e) {
        add("ended: " + e.getClass().getSimpleName());
      }
      times.add(Arrays.copyOf(took, answers));
    }

    private void count(LoadClient.Response response, int text) {
      if (response.status() != 200) {
        add("status " + response.status());
        return;
      }
      String known = right.putIfAbsent(text, response.body());
      add(known == null || known.equals(response.body()) ? "right" : "WRONG");
    }

    private void add(String kind) {
      kinds.computeIfAbsent(kind, k -> new LongAdder()).increment();
    }

    void print() {
      long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      System.out.println("answers: " + new TreeMap<>(kinds));
      System.out.printf(
          Locale.ROOT,
          "latency ms: p50 %.1f, p99 %.1f, most %.1f%n",
          all[all.length / 2] / 1e6,
          all[(int) (all.length * 0.99)] / 1e6,
          all[all.length - 1] / 1e6);
    }
  }
}
