package dev.litegraft.serve;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * What Prometheus asks for, under the names that text-embeddings-inference has for it, with the
 * model as a label. Source: Prometheus' text format 0.0.4.
 */
final class Metrics {
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String COUNT = "te_request_count";
  private static final String SUCCESS = "te_request_success";
  private static final String FAILURE = "te_request_failure";
  private static final String DURATION = "te_request_duration";
  private static final String WAITED = "te_request_queue_duration";
  private static final String ANSWERED = "te_request_inference_duration";
  private static final String LENGTH = "te_request_input_length";
  private static final String BATCH = "te_batch_next_size";
  private static final String QUEUE = "te_queue_size";

  private static final Map<String, String> HELP =
      new TreeMap<>(
          Map.of(
              COUNT, "Requests that could be read, by model and path.",
              SUCCESS, "Requests that were answered.",
              FAILURE, "Requests that were refused, by reason.",
              DURATION, "Seconds from a request's last byte to its answer.",
              WAITED, "Seconds that a request's first text waited for the model.",
              ANSWERED, "Seconds from a request's first text at the model to its last answer.",
              LENGTH, "Tokens of a text, special ones included.",
              BATCH, "Texts that a model is asked about at once.",
              QUEUE, "Texts that wait or are being answered."));

  /** From 10 µs in steps of a half, as in text-embeddings-inference. */
  private static final double[] SECONDS =
      IntStream.rangeClosed(1, 35).mapToDouble(i -> 1e-5 * Math.pow(1.5, i)).toArray();

  private static final double[] POWERS = IntStream.range(0, 14).mapToDouble(i -> 1L << i).toArray();

  /** Numbers that were seen, by buckets. */
  private static final class Histogram {
    private final double[] bounds;
    private final LongAdder[] buckets;
    private final java.util.concurrent.atomic.DoubleAdder sum =
        new java.util.concurrent.atomic.DoubleAdder();

    Histogram(double[] bounds) {
      this.bounds = bounds;
      this.buckets =
          IntStream.rangeClosed(0, bounds.length)
              .mapToObj(i -> new LongAdder())
              .toArray(LongAdder[]::new);
    }

    void add(double number) {
      int bucket = 0;
      while (bucket < bounds.length && number > bounds[bucket]) {
        bucket++;
      }
      buckets[bucket].increment();
      sum.add(number);
    }
  }

  private final Map<String, Map<String, LongAdder>> counters = new ConcurrentSkipListMap<>();
  private final Map<String, Map<String, Histogram>> histograms = new ConcurrentSkipListMap<>();
  private final Map<String, IntSupplier> queues = new ConcurrentSkipListMap<>();

  /** A request that was read: its model and path. */
  void asked(String model, String path) {
    count(COUNT, labels("model", model) + "," + labels("path", path));
  }

  void answered(String path, long nanoseconds) {
    count(SUCCESS, labels("path", path));
    add(DURATION, labels("path", path), nanoseconds / 1e9, SECONDS);
  }

  void refused(Refusal.Kind kind) {
    count(FAILURE, labels("err", kind.name().toLowerCase(java.util.Locale.ROOT)));
  }

  void waited(String model, long nanoseconds) {
    add(WAITED, labels("model", model), nanoseconds / 1e9, SECONDS);
  }

  /** How long a request's texts took once the model was asked about the first of them. */
  void inferred(String model, long nanoseconds) {
    add(ANSWERED, labels("model", model), nanoseconds / 1e9, SECONDS);
  }

  void batch(String model, int texts) {
    add(BATCH, labels("model", model), texts, POWERS);
  }

  void length(String model, int tokens) {
    add(LENGTH, labels("model", model), tokens, POWERS);
  }

  /** Whose length is asked for with each page. */
  void queue(String model, IntSupplier size) {
    queues.put(labels("model", model), size);
  }

  private void count(String name, String labels) {
    counters
        .computeIfAbsent(name, n -> new ConcurrentHashMap<>())
        .computeIfAbsent(labels, l -> new LongAdder())
        .increment();
  }

  private void add(String name, String labels, double number, double[] bounds) {
    histograms
        .computeIfAbsent(name, n -> new ConcurrentHashMap<>())
        .computeIfAbsent(labels, l -> new Histogram(bounds))
        .add(number);
  }

  private static String labels(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return name + "=\"" + escaped + '"';
  }

  /** The page. */
  String page() {
    StringBuilder page = new StringBuilder();
    counters.forEach(
        (name, series) -> {
          head(page, name, "counter");
          new TreeMap<>(series).forEach((labels, count) -> line(page, name, labels, count.sum()));
        });
    head(page, QUEUE, "gauge");
    queues.forEach((labels, size) -> line(page, QUEUE, labels, size.getAsInt()));
    histograms.forEach(
        (name, series) -> {
          head(page, name, "histogram");
          new TreeMap<>(series).forEach((labels, numbers) -> lines(page, name, labels, numbers));
        });
    return page.toString();
  }

  private static void head(StringBuilder page, String name, String kind) {
    page.append("# HELP ").append(name).append(' ').append(HELP.get(name)).append('\n');
    page.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
  }

  private static void line(StringBuilder page, String name, String labels, Object number) {
    page.append(name).append('{').append(labels).append("} ").append(number).append('\n');
  }

  private static void lines(StringBuilder page, String name, String labels, Histogram numbers) {
    long count = 0;
    for (int i = 0; i < numbers.buckets.length; i++) {
      count += numbers.buckets[i].sum();
      String bound = i < numbers.bounds.length ? Double.toString(numbers.bounds[i]) : "+Inf";
      line(page, name + "_bucket", labels + ",le=\"" + bound + '"', count);
    }
    line(page, name + "_sum", labels, numbers.sum.sum());
    line(page, name + "_count", labels, count);
  }
}
