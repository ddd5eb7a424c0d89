package dev.litegraft.lab.calibration;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.calibration.ObserveInputs.Input;
import dev.litegraft.lab.reference.Workers;
import dev.litegraft.quantize.CalibratedRecipe;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.quantize.SeenInputs;
import dev.litegraft.quantize.SeenRanges;
import dev.litegraft.runtime.Encoding;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tflite.Progress;
import dev.litegraft.tflite.TemporaryFolder;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the linear layers of a checkpoint are multiplied with while its f32 file reads texts.
 *
 * <p>Products of inputs take [in, in] numbers a layer. As many of them as fit into a bounded memory
 * are gathered in one pass over the texts, and then stand in temporary files, which go with {@link
 * #close}: recipes read them while they convert.
 */
public final class Calibration implements SeenInputs, AutoCloseable {
  /** Tokens that are read: more change the outcome little. */
  private static final int MOST_TOKENS = 8192;

  /**
   * Tokens from which the largest of each channel is known: the next one is larger with a chance of
   * one in so many.
   */
  private static final int ENOUGH_FOR_LARGEST = 512;

  /** Of one text. */
  private static final int LONGEST_TEXT = 256;

  /** Of a file with static scales, unless another one is asked for. */
  private static final int USUAL_LENGTH = 128;

  /** Bytes of products that are gathered in one pass. */
  private static final long BUDGET = 256L << 20;

  private final TemporaryFolder workspace;
  private final Map<String, Set<Input>> inputs;
  private final Map<String, float[]> largest = new HashMap<>();
  private final Map<Set<Input>, Path> products = new HashMap<>();
  private final List<TokenRow> rows;
  private final int usualLength;

  private Calibration(
      TemporaryFolder workspace,
      Map<String, Set<Input>> inputs,
      List<TokenRow> rows,
      int usualLength) {
    this.workspace = workspace;
    this.inputs = inputs;
    this.rows = rows;
    this.usualLength = usualLength;
  }

  /**
   * Reads the texts.
   *
   * @param options of the conversion that is meant
   * @param rounding what is to be known
   * @throws InvalidInputException if the checkpoint cannot be used, has no tokenizer, or reads none
   *     of the texts
   */
  public static Calibration of(
      Path folder,
      ConversionOptions options,
      CalibrationTexts texts,
      Rounding rounding,
      int threads,
      Progress progress)
      throws IOException {
    TemporaryFolder workspace = TemporaryFolder.of("calibration");
    try {
      Path file = workspace.resolve("observed.tflite");
      ObserveInputs observed = new ObserveInputs();
      Converter.of(folder)
          .withOptions(
              ObservingOptions.of(options, Recipe.of("observed", List.of(observed)), List.of()))
          .withThreads(threads)
          .convert(file);
      try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(threads))) {
        int usual = Math.min(USUAL_LENGTH, model.maxLength().orElse(USUAL_LENGTH));
        int longest = model.maxLength().orElse(LONGEST_TEXT);
        List<TokenRow> rows =
            rows(
                file,
                model,
                texts,
                options.recipe().needsRanges()
                    ? length(options).orElse(usual)
                    : Math.min(LONGEST_TEXT, longest));
        Calibration made = new Calibration(workspace, observed.inputs(), rows, usual);
        made.read(model, rounding, new Workers(threads), progress);
        return made;
      }
    } catch (Throwable e) {
      workspace.close();
      throw e;
    }
  }

  /**
   * That the texts have too few tokens for what is to be known of them; empty where they are
   * enough. The products of inputs of n numbers say nothing of some directions if there are fewer
   * than n tokens, and rows are compensated by guess there. Texts that are the same count once.
   *
   * @param rounding for which they were read
   */
  public Optional<String> shortage(Rounding rounding) {
    long tokens =
        rows.stream()
            .map(row -> IntStream.of(row.ids()).boxed().toList())
            .distinct()
            .mapToLong(List::size)
            .sum();
    int widest =
        inputs.values().stream().mapToInt(Calibration::width).max().orElse(ENOUGH_FOR_LARGEST);
    int needed = rounding == Rounding.GPTQ ? Math.min(widest, MOST_TOKENS) : ENOUGH_FOR_LARGEST;
    if (tokens >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        "the texts for calibration have "
            + tokens
            + " tokens, and "
            + rounding.word()
            + " needs "
            + needed
            + (rounding == Rounding.GPTQ
                ? ", as many as the widest layer reads numbers"
                : " for the largest numbers of each channel")
            + ": give more texts with --calibrate");
  }

  /** Options as far as they can be checked before texts were read. */
  public static ConversionOptions unread(ConversionOptions options) {
    return options.recipe().needsRanges()
        ? options.withRecipe(CalibratedRecipe.unranged(options.recipe()))
        : options;
  }

  /**
   * Of a file whose ranges are to be seen, the one length that is asked for.
   *
   * @throws InvalidRequestException if there are several
   */
  public static OptionalInt length(ConversionOptions options) {
    if (options.lengths().size() > 1) {
      throw new InvalidRequestException(
          "the recipe static_wi8_ai8 has one length, and " + options.lengths() + " are asked for",
          "--length",
          "name one of them");
    }
    return options.lengths().isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(options.lengths().get(0));
  }

  private static List<TokenRow> rows(Path file, RawModel model, CalibrationTexts texts, int most)
      throws IOException {
    List<TokenRow> all = new ArrayList<>();
    try (TfliteReader reader = TfliteReader.open(file)) {
      byte[] json =
          reader
              .file(ModelFacts.TOKENIZER_NAME)
              .orElseThrow(
                  () ->
                      new InvalidRequestException(
                          "the checkpoint has no tokenizer, so it can read no texts",
                          "--rounding",
                          "leave it out, or put tokenizer.json into a copy of the folder"));
      String prompt = reader.facts().flatMap(facts -> facts.find(ModelFacts.PROMPT)).orElse("");
      try (Tokenizer tokenizer =
          Tokenizer.of(
              json, reader.file(ModelFacts.TOKENIZER_CONFIG_NAME), ModelFacts.TOKENIZER_NAME)) {
        for (CalibrationTexts.Text text : texts.texts()) {
          Encoding encoding =
              tokenizer.encode(prompt + text.text(), text.pair().orElse(null), most);
          if (encoding.length() > 0) {
            all.add(model.taken(TokenRow.of(encoding.ids(), null, encoding.typeIds())));
          }
        }
      }
    }
    if (all.isEmpty()) {
      throw new InvalidRequestException(
          "the tokenizer makes no token of any text for calibration",
          texts.source(),
          "give texts as the model will read them with --calibrate");
    }
    return evenly(all);
  }

  /** As many rows as there may be tokens, from all parts. */
  private static List<TokenRow> evenly(List<TokenRow> rows) {
    long tokens = rows.stream().mapToLong(TokenRow::length).sum();
    if (tokens <= MOST_TOKENS) {
      return rows;
    }
    List<TokenRow> some = new ArrayList<>();
    long taken = 0;
    long seen = 0;
    for (TokenRow row : rows) {
      seen += row.length();
      if (taken * tokens < seen * MOST_TOKENS) {
        some.add(row);
        taken += row.length();
      }
    }
    return some;
  }

  private void read(RawModel model, Rounding rounding, Workers workers, Progress progress)
      throws IOException {
    List<List<Set<Input>>> passes = rounding == Rounding.GPTQ ? groups() : List.of(List.of());
    long work = (long) passes.size() * rows.size();
    long done = 0;
    for (List<Set<Input>> group : passes) {
      Map<Set<Input>, Products> sums = new LinkedHashMap<>();
      group.forEach(of -> sums.put(of, new Products(width(of))));
      for (TokenRow row : rows) {
        Map<String, float[]> values =
            model.run(row).stream()
                .collect(Collectors.toMap(RawOutput::name, RawOutput::values, (a, b) -> a));
        note(values);
        sums.forEach((of, sum) -> of.forEach(in -> sum.add(value(values, in), workers)));
        progress.written(++done, work);
      }
      for (Map.Entry<Set<Input>, Products> sum : sums.entrySet()) {
        products.put(sum.getKey(), written(sum.getValue().means()));
      }
    }
  }

  private static int width(Set<Input> of) {
    return of.iterator().next().width();
  }

  private static float[] value(Map<String, float[]> values, Input input) {
    float[] value = values.get(input.value());
    if (value == null) {
      throw new IllegalStateException(input + " is no output");
    }
    return value;
  }

  /** What is gathered together. */
  private List<List<Set<Input>>> groups() {
    List<List<Set<Input>>> groups = new ArrayList<>();
    List<Set<Input>> group = new ArrayList<>();
    long bytes = 0;
    for (Set<Input> of : inputs.values().stream().distinct().toList()) {
      long own = (long) Products.numbers(width(of)) * Float.BYTES;
      if (bytes + own > BUDGET && !group.isEmpty()) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(of);
      bytes += own;
    }
    groups.add(group);
    return groups;
  }

  private void note(Map<String, float[]> values) {
    for (Set<Input> of : inputs.values()) {
      for (Input input : of) {
        float[] most = largest.computeIfAbsent(input.value(), name -> new float[input.width()]);
        float[] value = value(values, input);
        for (int i = 0; i < value.length; i++) {
          int channel = i % most.length;
          most[channel] = Math.max(most[channel], Math.abs(value[i]));
        }
      }
    }
  }

  private Path written(float[] numbers) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return Files.write(workspace.resolve("products-" + products.size()), bytes.array());
  }

  /**
   * {@link Recipe#STATIC_WI8_AI8} by the ranges of activations, and the length that its file has.
   *
   * @param options of the conversion that is meant, with one length or none
   * @throws InvalidInputException if there are several lengths
   */
  public ConversionOptions staticInt8(
      Path folder, ConversionOptions options, int threads, Progress progress) throws IOException {
    int length = length(options).orElse(usualLength);
    Path file = workspace.resolve("ranges.tflite");
    Converter.of(folder)
        .withOptions(
            ObservingOptions.of(
                options, CalibratedRecipe.evenedOut(options.recipe(), this), List.of(length)))
        .withThreads(threads)
        .convert(file);
    Map<String, SeenRanges.Range> ranges = new HashMap<>();
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(threads))) {
      long done = 0;
      for (TokenRow row : rows) {
        if (row.length() <= length) {
          model
              .run(row)
              .forEach(value -> ranges.merge(value.name(), range(value), Calibration::both));
        }
        progress.written(++done, rows.size());
      }
    }
    Files.delete(file);
    if (ranges.isEmpty()) {
      throw new InvalidRequestException(
          "all texts for calibration are longer than the file's " + length + " tokens",
          "--length",
          "calibrate with options of this recipe and length, which cut them");
    }
    Recipe recipe =
        CalibratedRecipe.staticInt8(
            options.recipe(), this, name -> Optional.ofNullable(ranges.get(name)));
    return options.withRecipe(recipe).withLengths(List.of(length));
  }

  private static SeenRanges.Range range(RawOutput value) {
    int channels = value.shape().get(value.shape().size() - 1);
    float[] least = new float[channels];
    float[] largest = new float[channels];
    for (int i = 0; i < value.values().length; i++) {
      int channel = i % channels;
      least[channel] = Math.min(least[channel], value.values()[i]);
      largest[channel] = Math.max(largest[channel], value.values()[i]);
    }
    return new SeenRanges.Range(least, largest);
  }

  private static SeenRanges.Range both(SeenRanges.Range a, SeenRanges.Range b) {
    float[] least = a.least().clone();
    float[] largest = a.largest().clone();
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i], b.least()[i]);
      largest[i] = Math.max(largest[i], b.largest()[i]);
    }
    return new SeenRanges.Range(least, largest);
  }

  /** The recipe as it rounds by what was seen. */
  public Recipe applied(Recipe recipe, Rounding rounding) {
    return switch (rounding) {
      case PLAIN, MSE -> rounding.withoutTexts(recipe);
      case SMOOTH -> CalibratedRecipe.smooth(recipe, this);
      case GPTQ -> CalibratedRecipe.compensated(recipe, this);
    };
  }

  /** How many tokens were read. */
  public int tokens() {
    return rows.stream().mapToInt(TokenRow::length).sum();
  }

  @Override
  public Optional<float[]> largest(String matrix) {
    Set<Input> of = inputs.get(matrix);
    if (of == null) {
      return Optional.empty();
    }
    float[] most = new float[width(of)];
    for (Input input : of) {
      float[] own = largest.getOrDefault(input.value(), most);
      for (int i = 0; i < most.length; i++) {
        most[i] = Math.max(most[i], own[i]);
      }
    }
    return Optional.of(most);
  }

  @Override
  public Optional<float[]> products(String matrix) throws IOException {
    Path file = products.get(inputs.getOrDefault(matrix, Set.of()));
    if (file == null) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(file);
    float[] numbers = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return Optional.of(numbers);
  }

  @Override
  public void close() {
    workspace.close();
  }
}
