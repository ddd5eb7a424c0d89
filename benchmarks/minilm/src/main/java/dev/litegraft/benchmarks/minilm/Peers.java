package dev.litegraft.benchmarks.minilm;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.facts.Pooling;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.RuntimeVersion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Answers of all-MiniLM-L6-v2 by this project's files and by ONNX Runtime, in turns, on the same
 * rows of tokens: JSON with the times, their ratio within each round, how near the vectors are to
 * ONNX Runtime's in f32, and the machine's facts. The tokens are no text, which int8 takes worse.
 *
 * <p>The ONNX files are written here from the same weights, in the operators that ONNX Runtime's
 * optimizer makes, f32 and int8. Both sides end with the tokens' vectors; ours are also pooled and
 * normalized in the graph, and all of ONNX Runtime's are copied to Java, as its users do.
 *
 * <pre>
 * ./mvnw -q -B -Pminilm -Dmaven.test.skip=true package -pl benchmarks/minilm -am
 * java -Xmx1g --enable-native-access=ALL-UNNAMED \
 *   -cp "benchmarks/minilm/target/classes:$(cat benchmarks/minilm/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.minilm.Peers [ROUNDS]
 * </pre>
 */
public final class Peers {
  private static final int LAYERS = 6;
  private static final int HEADS = 12;
  private static final int[] LENGTHS = {8, 16, 32, 128};
  private static final int[] THREADS = {1, 2};
  private static final long ROUND_NANOSECONDS = 40_000_000;

  private final Path folder = Path.of("benchmarks/minilm/target/files");
  private final int rounds;
  private final List<String> results = new ArrayList<>();

  /** What ONNX Runtime answers in f32, by the number of tokens. */
  private final Map<Integer, float[]> exactly = new HashMap<>();

  private Peers(int rounds) {
    this.rounds = rounds;
  }

  private interface Answer {
    float[] of(int[] ids) throws OrtException;
  }

  /** Takes the number of rounds; 9 where there is none. */
  public static void main(String... args) throws IOException, OrtException {
    new Peers(args.length == 0 ? 9 : Integer.parseInt(args[0])).run();
  }

  private void run() throws IOException, OrtException {
    byte[] original = RebuiltCheckpoint.resource("/all-minilm-l6-v2.onnx");
    Path checkpoint = folder.resolve("checkpoint");
    RebuiltCheckpoint.write(original, checkpoint);
    Map<String, OnnxModel.Tensor> tensors = RebuiltCheckpoint.tensors(OnnxModel.of(original));
    for (boolean int8 : new boolean[] {false, true}) {
      Recipe recipe = int8 ? Recipe.DYNAMIC_WI8_AFP32 : Recipe.F32;
      Path file = folder.resolve("peer-" + recipe.canonicalName() + ".tflite");
      Converter.of(checkpoint)
          .withOptions(
              ConversionOptions.defaults()
                  .withRecipe(recipe)
                  .withPooling(Pooling.MEAN)
                  .withNormalize(true))
          .convert(file);
      byte[] onnx = FusedBert.of(tensors, LAYERS, HEADS, int8);
      Files.write(folder.resolve("peer-" + recipe.canonicalName() + ".onnx"), onnx);
      for (int threads : THREADS) {
        compare(recipe.canonicalName(), file, onnx, threads);
      }
    }
    System.out.println(
        "{\"machine\":" + machine() + ",\"results\":[\n" + String.join(",\n", results) + "\n]}");
  }

  private void compare(String recipe, Path file, byte[] onnx, int threads)
      throws IOException, OrtException {
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(threads);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (RawModel ours = RawModel.open(file, options);
        OrtSession.SessionOptions peerOptions = new OrtSession.SessionOptions()) {
      peerOptions.setIntraOpNumThreads(threads);
      peerOptions.setInterOpNumThreads(1);
      // Both pools would be awake in one process: one that spins takes the other's core.
      peerOptions.addConfigEntry("session.intra_op.allow_spinning", "0");
      try (OrtSession peer = environment.createSession(onnx, peerOptions)) {
        for (int length : LENGTHS) {
          results.add(
              compared(
                  recipe,
                  threads,
                  length,
                  ids -> ours.answer(ids, null, null).values(),
                  ids -> answer(environment, peer, ids)));
        }
      }
    }
  }

  private String compared(String recipe, int threads, int length, Answer ours, Answer peer)
      throws OrtException {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> 1000 + i * 7919 % 20_000);
    float[] vector = ours.of(ids);
    float[] other = pooled(peer.of(ids), length);
    float[] exact = exactly.computeIfAbsent(length, unseen -> other); // f32 comes first.
    double[] own = new double[rounds];
    double[] others = new double[rounds];
    double[] ratios = new double[rounds];
    timed(ours, ids);
    timed(peer, ids);
    for (int i = 0; i < rounds; i++) {
      boolean first = i % 2 == 0; // Who begins suffers from the other's caches.
      double some = timed(first ? ours : peer, ids);
      double rest = timed(first ? peer : ours, ids);
      own[i] = first ? some : rest;
      others[i] = first ? rest : some;
      ratios[i] = own[i] / others[i];
    }
    Arrays.sort(own);
    Arrays.sort(others);
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT,
        "{\"recipe\":\"%s\",\"threads\":%d,\"tokens\":%d,\"litegraft_ms\":{\"median\":%.3f,"
            + "\"min\":%.3f},\"onnxruntime_ms\":{\"median\":%.3f,\"min\":%.3f},\"ratio\":{"
            + "\"median\":%.3f,\"min\":%.3f,\"max\":%.3f},\"ratio_of_min\":%.3f,"
            + "\"litegraft_cosine\":%.6f,\"onnxruntime_cosine\":%.6f}",
        recipe,
        threads,
        length,
        own[rounds / 2],
        own[0],
        others[rounds / 2],
        others[0],
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1],
        own[0] / others[0],
        cosine(vector, exact),
        cosine(other, exact));
  }

  /** The shortest call of some, in milliseconds. */
  private static double timed(Answer answer, int[] ids) throws OrtException {
    long begin = System.nanoTime();
    long best = Long.MAX_VALUE;
    long now = begin;
    while (now - begin < ROUND_NANOSECONDS) {
      answer.of(ids);
      long end = System.nanoTime();
      best = Math.min(best, end - now);
      now = end;
    }
    return best / 1e6;
  }

  private static float[] answer(OrtEnvironment environment, OrtSession session, int[] ids)
      throws OrtException {
    long[] shape = {1, ids.length};
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    try (OnnxTensor tokens = OnnxTensor.createTensor(environment, IntBuffer.wrap(ids), shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, IntBuffer.wrap(ones), shape);
        OnnxTensor types =
            OnnxTensor.createTensor(
                environment,
                ByteBuffer.allocateDirect(ids.length * Integer.BYTES)
                    .order(ByteOrder.nativeOrder()),
                shape,
                OnnxJavaType.INT32);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types))) {
      java.nio.FloatBuffer numbers = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[numbers.remaining()];
      numbers.get(values);
      return values;
    }
  }

  private static float[] pooled(float[] tokens, int length) {
    float[] sum = new float[tokens.length / length];
    for (int i = 0; i < tokens.length; i++) {
      sum[i % sum.length] += tokens[i];
    }
    return sum;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresOfA += a[i] * a[i];
      squaresOfB += b[i] * b[i];
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }

  private String machine() throws IOException {
    Path cpu = Path.of("/proc/cpuinfo");
    List<String> lines = Files.isReadable(cpu) ? Files.readAllLines(cpu) : List.of();
    return String.format(
        Locale.ROOT,
        "{\"processor\":\"%s %s %s\",\"vnni\":%b,\"cores\":%d,\"load\":%.1f,\"os\":\"%s %s\","
            + "\"java\":\"%s\",\"litegraft\":\"%s\",\"onnxruntime\":\"%s\",\"rounds\":%d}",
        said(lines, "model name"),
        said(lines, "cpu family"),
        said(lines, "model\t"),
        lines.stream().anyMatch(line -> line.startsWith("flags") && line.contains("vnni")),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        RuntimeVersion.text(),
        OrtEnvironment.getEnvironment().getVersion(),
        rounds);
  }

  private static String said(List<String> lines, String key) {
    try (Stream<String> all = lines.stream()) {
      return all.filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    }
  }
}
