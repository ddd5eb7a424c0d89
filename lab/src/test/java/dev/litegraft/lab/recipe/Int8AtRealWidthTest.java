package dev.litegraft.lab.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Inputs;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What int8 makes of a family's answers at the width that its models have, with random weights of
 * the scale that keeps the numbers of a layer where they were. Run by hand: {@code
 * -Dlitegraft.int8=true}; the table is in docs/int8-at-width.md.
 */
@EnabledIfSystemProperty(named = "litegraft.int8", matches = "true")
class Int8AtRealWidthTest {
  private static final int TEXTS = 24;
  private static final int TOKENS = 24;
  private static final int WORDS = 2000;

  @TempDir Path scratch = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MPNetForSequenceClassification | mpnet | hidden_size=768 num_attention_heads=12"
            + " intermediate_size=3072 num_hidden_layers=4",
        "NomicBertForSequenceClassification | nomic_bert | hidden_size=768 num_attention_heads=12"
            + " intermediate_size=3072 num_hidden_layers=4",
        "NomicBertMoeForSequenceClassification | nomic_bert_moe | hidden_size=768"
            + " num_attention_heads=12 intermediate_size=3072 num_hidden_layers=4 num_experts=8"
            + " moe_every_n_layers=2 moe_top_k=2",
        "GteForSequenceClassification | gte | hidden_size=768 num_attention_heads=12"
            + " intermediate_size=3072 num_hidden_layers=4",
        "JinaEmbeddingsV3ForSequenceClassification | jina_embeddings_v3 | hidden_size=1024"
            + " num_attention_heads=16 intermediate_size=4096 num_hidden_layers=4",
        "JinaBertForSequenceClassification | jina_bert | hidden_size=768 num_attention_heads=12"
            + " intermediate_size=3072 num_hidden_layers=4",
        "NeoBERTForSequenceClassification | neobert | hidden_size=768 num_attention_heads=12"
            + " intermediate_size=3072 num_hidden_layers=4",
        "EuroBertForSequenceClassification | eurobert | hidden_size=768 num_attention_heads=12"
            + " intermediate_size=3072 num_hidden_layers=4",
        "BartForSequenceClassification | bart | d_model=1024 encoder_layers=3 decoder_layers=3",
        "MBartForSequenceClassification | mbart | d_model=1024 encoder_layers=3 decoder_layers=3",
        "T5ForSequenceClassification | t5 | d_model=768 d_kv=64 num_heads=12 d_ff=3072 num_layers=3"
            + " decoder_start_token_id=0",
        "MT5ForSequenceClassification | mt5 | d_model=768 d_kv=64 num_heads=12 d_ff=2048"
            + " num_layers=3",
        "UMT5ForSequenceClassification | umt5 | d_model=768 d_kv=64 num_heads=12 d_ff=2048"
            + " num_layers=3",
      })
  void labelsStay(String hfClass, String type, String sizes) throws IOException {
    HfConfig config =
        HfConfig.parse("{}", "config.json")
            .with("architectures", List.of(hfClass))
            .with("model_type", type)
            .with("vocab_size", WORDS)
            .with("max_position_embeddings", 512)
            .with("feed_forward_type", "geglu")
            .with("num_labels", 4);
    for (String size : sizes.trim().split(" +", -1)) {
      String[] pair = size.split("=", -1);
      config = config.with(pair[0], Integer.parseInt(pair[1]));
    }
    float[][] f32 = answers(config, Recipe.F32);
    float[][] int8 = answers(config, Recipe.DYNAMIC_WI8_AFP32);
    double worst = 0;
    double squares = 0;
    double errors = 0;
    int kept = 0;
    for (int i = 0; i < TEXTS; i++) {
      for (int j = 0; j < f32[i].length; j++) {
        double error = int8[i][j] - f32[i][j];
        worst = Math.max(worst, Math.abs(error));
        errors += error * error;
        squares += (double) f32[i][j] * f32[i][j];
      }
      kept += best(f32[i]) == best(int8[i]) ? 1 : 0;
    }
    double relative = Math.sqrt(errors / squares);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f %% | %.4f | %d of %d |%n",
        hfClass.replace("ForSequenceClassification", ""),
        100 * relative,
        worst,
        kept,
        TEXTS);
    assertThat(relative).isLessThan(0.2);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private float[][] answers(HfConfig config, Recipe recipe) throws IOException {
    Path file = scratch.resolve(recipe.canonicalName() + ".tflite");
    TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
        .write(file, List.of(recipe.apply(graph(config))));
    float[][] all = new float[TEXTS][];
    Random random = new Random(7);
    try (RawModel model = RawModel.open(file)) {
      for (int i = 0; i < TEXTS; i++) {
        int[] ids = random.ints(TOKENS, 10, WORDS).toArray();
        ids[TOKENS - 1] = config.text("model_type").contains("t5") ? 1 : 2;
        int[] ones = new int[TOKENS];
        Arrays.fill(ones, 1);
        all[i] = model.answer(ids, ones, null).values();
      }
    }
    return all;
  }

  private static Graph graph(HfConfig config) {
    Architectures.Found found = Architectures.of(config);
    GraphBuilder builder = new GraphBuilder();
    EdgeLayers f = new EdgeLayers(builder, new EdgeLayout(Shape.TOKENS, 64, EdgeLayout.Qkv.SPLIT));
    Shape shape = Shape.of(1, Shape.TOKENS);
    Value ids = builder.input("input_ids", DType.I32, shape);
    Value mask = builder.input("attention_mask", DType.I32, shape);
    Optional<Value> types =
        found.architecture().takesTokenTypes(config)
            ? Optional.of(builder.input("token_type_ids", DType.I32, shape))
            : Optional.empty();
    Inputs<Value> in =
        new Inputs<>(ids, builder.cast(mask, DType.F32), types, found.task(), Optional.empty());
    Value logits = found.architecture().forward(f, config, new RandomWeights(""), in);
    return builder.build("serving_default", Map.of("logits", logits));
  }

  /** Whatever tensor is asked for: matrices of 1/√in, tables of 1, norms around 1, small biases. */
  private record RandomWeights(String path) implements Weights {
    @Override
    public Weights at(String name) {
      return new RandomWeights(path.isEmpty() ? name : path + "." + name);
    }

    @Override
    public boolean has(String name) {
      return !name.equals("gamma");
    }

    @Override
    public boolean isEmpty() {
      return path.endsWith("gate_up_layer"); // the name of another version
    }

    @Override
    public TensorData tensor(String name, int... dims) {
      Shape shape = Shape.of(dims);
      Random random = new Random((path + "." + name).hashCode());
      float[] numbers = new float[Math.toIntExact(shape.elements())];
      boolean table = path.contains("embed") || path.endsWith("shared");
      boolean norm = dims.length == 1 && name.equals("weight");
      double scale =
          norm || dims.length == 1
              ? 0.1
              : table || path.contains("relative") ? 1 : 1 / Math.sqrt(dims[1]);
      // T5's scores are not scaled: its queries are that much smaller.
      scale *= path.endsWith("Attention.q") ? 0.125 : 1;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (random.nextGaussian() * scale + (norm ? 1 : 0));
      }
      return TensorViews.of(path + "." + name, shape, numbers);
    }
  }
}
