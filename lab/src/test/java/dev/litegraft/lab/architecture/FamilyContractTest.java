package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.model.Model;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every family says of itself, held against its own forward pass: the layers that it asks for
 * are listened to. A family that is not here fails.
 */
class FamilyContractTest {
  private static final int[] TEXT = {5, 9, 17, 33, 12, 7};

  /** Families that mix tokens in another way. */
  private static final Set<String> WITHOUT_ATTENTION = Set.of("FNet");

  /** A classifier of each family, small. Without a recorded one: one of the same shapes. */
  private static final Map<String, Supplied> MODELS = new LinkedHashMap<>();

  private interface Supplied {
    EdgeModel get() throws IOException;
  }

  static {
    recorded("Llama", "llama-base-gqa-f32");
    recorded("Mistral", "mistral-seqcls-nowindow-bf16");
    recorded("Qwen2", "qwen2-seqcls");
    recorded("Qwen3", "qwen3-seqcls");
    recorded("Gemma", "gemma-seqcls");
    recorded("Gemma2", "gemma2-seqcls");
    MODELS.put("Gemma3", Gemma3Test::model);
    recorded("Phi3", "phi3-seqcls");
    alike("SmolLM3", "llama-base-gqa-f32", "SmolLM3ForSequenceClassification");
    alike("Granite", "llama-base-gqa-f32", "GraniteForSequenceClassification");
    recorded("GPT-2", "gpt2-seqcls");
    recorded("GPT-NeoX", "gpt-neox-seqcls");
    recorded("OPT", "opt-seqcls");
    recorded("Phi", "phi-seqcls");
    recorded("OLMo2", "olmo2-seqcls");
    recorded("Falcon", "falcon-seqcls");
    recorded("BLOOM", "bloom-seqcls");
    recorded("StableLM", "stablelm-seqcls");
    recorded("StarCoder2", "starcoder2-seqcls");
    recorded("GPT-J", "gptj-seqcls");
    recorded("GPT-Neo", "gpt-neo-seqcls");
    recorded("EXAONE 4", "exaone4-seqcls");
    recorded("GLM 4", "glm4-seqcls");
    recorded("Nemotron", "nemotron-seqcls");
    recorded("Ministral", "ministral-seqcls");
    recorded("Arcee", "arcee-seqcls");
    recorded("Helium", "helium-seqcls");
    recorded("BERT", "bert-seqcls");
    recorded("DistilBERT", "distilbert-seqcls");
    recorded("RoBERTa", "roberta-seqcls");
    recorded("XLM-RoBERTa", "xlm-roberta-seqcls-f16");
    alike("CamemBERT", "roberta-seqcls", "CamembertForSequenceClassification");
    recorded("ELECTRA", "electra-seqcls-bf16");
    recorded("ALBERT", "albert-seqcls");
    recorded("MPNet", "mpnet-seqcls");
    recorded("BART", "bart-seqcls");
    recorded("mBART", "mbart-seqcls");
    recorded("T5", "t5-seqcls");
    recorded("mT5", "mt5-seqcls");
    recorded("UMT5", "umt5-seqcls");
    MODELS.put("JinaBERT", JinaBertTest::model);
    MODELS.put("NeoBERT", NeoBertTest::model);
    MODELS.put("Nomic-BERT MoE", NomicMoeTest::model);
    recorded("EuroBERT", "eurobert-seqcls");
    recorded("Nomic-BERT", "nomic-bert-seqcls");
    recorded("GTE", "gte-seqcls");
    recorded("jina-embeddings-v3", "jina-v3-seqcls");
    recorded("ModernBERT", "modernbert-seqcls-cls");
    recorded("DeBERTa-v2", "deberta-v2-seqcls");
    recorded("DeBERTa", "deberta-v1-seqcls");
    recorded("ERNIE", "ernie-seqcls");
    recorded("Data2Vec text", "data2vec-seqcls");
    recorded("Megatron-BERT", "megatron-bert-seqcls");
    recorded("RoBERTa-PreLayerNorm", "roberta-prelayernorm-seqcls");
    recorded("XLM-RoBERTa-XL", "xlm-roberta-xl-seqcls");
    recorded("RemBERT", "rembert-seqcls");
    recorded("RoFormer", "roformer-seqcls");
    recorded("LUKE", "luke-seqcls");
    recorded("BigBird", "big-bird-seqcls");
    recorded("ESM", "esm-seqcls-absolute");
    recorded("MobileBERT", "mobilebert-seqcls");
    recorded("SqueezeBERT", "squeezebert-seqcls");
    recorded("ConvBERT", "convbert-seqcls");
    recorded("XLM", "xlm-seqcls");
    recorded("FlauBERT", "flaubert-seqcls");
    recorded("FNet", "fnet-seqcls");
    recorded("Longformer", "longformer-seqcls");
    recorded("XLNet", "xlnet-seqcls");
  }

  private static void recorded(String family, String name) {
    MODELS.put(family, () -> EdgeModel.of(name));
  }

  private static void alike(String family, String name, String hfClass) {
    MODELS.put(family, () -> EdgeModel.of(name).as(hfClass));
  }

  static Stream<Architecture> families() {
    return Architectures.ALL.stream();
  }

  private static EdgeModel small(Architecture family) throws IOException {
    Supplied model = MODELS.get(family.family());
    if (model == null) {
      throw new AssertionError("this test has no small model of " + family.family());
    }
    return model.get();
  }

  private static Model model(EdgeModel of) {
    return Model.of(of.config(), of.weights());
  }

  @Test
  void namesAreOfOneFamilyEach() {
    assertThat(families().map(Architecture::modelType)).doesNotHaveDuplicates();
    assertThat(families().map(Architecture::family)).doesNotHaveDuplicates();
    assertThat(families().flatMap(f -> f.classes().keySet().stream())).doesNotHaveDuplicates();
    assertThat(families().map(Architecture::tokenizerClass))
        .allMatch(name -> name.matches("[A-Z]\\w+Tokenizer(Fast)?"));
  }

  @ParameterizedTest
  @MethodSource("families")
  void modelTypeAndClassFindTheFamily(Architecture family) throws IOException {
    EdgeModel small = small(family);
    assertThat(small.config().value("model_type")).isEqualTo(family.modelType());
    assertThat(model(small).architecture()).isEqualTo(family);
    assertThat(Architectures.family(small.config())).contains(family);
    EdgeModel unclassed = small.without("architectures").with("model_type", family.modelType());
    assertThat(Architectures.family(unclassed.config())).contains(family);
  }

  @ParameterizedTest
  @MethodSource("families")
  void linearLayersHaveTheNamesThatTheFamilySays(Architecture family) throws IOException {
    EdgeModel small = small(family);
    HeardForward heard = HeardForward.of(model(small), TEXT);
    ModuleNames names = family.moduleNames();
    String last = heard.linears.get(heard.linears.size() - 1);
    assertThat(names.heads()).contains(last);
    assertThat(heard.linears).containsAll(names.dense());
    Set<String> used = new LinkedHashSet<>(heard.linears);
    Set<String> attended = new TreeSet<>(used);
    attended.removeIf(name -> !names.isProjection(name));
    assertThat(attended).hasSize(3 * attentions(small, family));
    assertThat(attended).allMatch(names::isInAttention);
    // And the projection of what was found, in most families; in some also those of distances.
    assertThat(used)
        .filteredOn(names::isInAttention)
        .hasSizeGreaterThanOrEqualTo(3 * attentions(small, family));
    used.removeIf(names::isInAttention);
    // What a layer does besides attention is below its number; what is left is of the head.
    used.removeIf(name -> name.matches(".*\\.\\d+\\..*"));
    used.removeIf(name -> name.contains("embed")); // to the layers' width
    assertThat(used).allMatch(names::isOfHead);
    String first = names.dense().isEmpty() ? last : names.dense().get(0);
    assertThat(heard.widths.get(first)).isEqualTo(family.width(small.config()));
  }

  /** A layer of a decoder behind an encoder has two. */
  private static int attentions(EdgeModel small, Architecture family) {
    if (WITHOUT_ATTENTION.contains(family.family())) {
      return 0;
    }
    int ofDecoder =
        Stream.of("decoder_layers", "num_decoder_layers")
            .filter(key -> small.config().value(key) != null)
            .mapToInt(key -> small.config().size(key))
            .sum();
    return layersOfTheirOwn(small, family) + 2 * ofDecoder;
  }

  private static int layersOfTheirOwn(EdgeModel small, Architecture family) {
    int layers = small.config().size(family.configNames().layers());
    return layers / family.layersPerWeights(small.config());
  }

  @ParameterizedTest
  @MethodSource("families")
  void layersAreComputedAsOftenAsTheFamilySays(Architecture family) throws IOException {
    EdgeModel small = small(family);
    HeardForward heard = HeardForward.of(model(small), TEXT);
    List<String> values =
        heard.linears.stream()
            .filter(name -> name.endsWith("." + family.moduleNames().value()))
            .toList();
    int most =
        values.stream().mapToInt(name -> Collections.frequency(values, name)).max().orElse(0);
    assertThat(most)
        .isEqualTo(
            WITHOUT_ATTENTION.contains(family.family())
                ? 0
                : family.layersPerWeights(small.config()));
  }

  @ParameterizedTest
  @MethodSource("families")
  void tablesHaveTheNamesThatTheFamilySays(Architecture family) throws IOException {
    EdgeModel small = small(family);
    ModuleNames names = family.moduleNames();
    Map<String, float[]> rows = HeardForward.of(model(small), TEXT).rows;
    // A table of distances has more rows looked up than there are tokens.
    Set<String> tables = new TreeSet<>();
    rows.forEach(
        (table, index) -> {
          if (index.length <= TEXT.length) {
            tables.add(table);
          }
        });
    Set<String> tensors = small.weights().tensors().keySet(); // some tables are computed
    assertThat(tables).filteredOn(names::isWords).hasSize(1);
    if (!Boolean.TRUE.equals(small.config().value("relative_attention"))) {
      // Where it is true, distances take the place of positions and have a table of their own.
      assertThat(tables.stream().anyMatch(names::isPositions))
          .isEqualTo(names.positions().isPresent());
      assertThat(tables)
          .filteredOn(t -> !names.isWords(t) && tensors.contains(t + ".weight"))
          .allMatch(t -> names.isPositions(t) || names.isTokenTypes(t));
    }
    if (family.takesTokenTypes(small.config()) && names.tokenTypes().isPresent()) {
      assertThat(tables).filteredOn(names::isTokenTypes).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void fusedAndTransposedWeightsAreInTheCheckpoint(Architecture family) throws IOException {
    EdgeModel small = small(family);
    ModuleNames names = family.moduleNames();
    HeardForward heard = HeardForward.of(model(small), TEXT);
    Set<String> tensors = small.weights().tensors().keySet();
    if (names.fused().isPresent()) {
      String end = "." + names.fused().get() + ".weight";
      assertThat(tensors).filteredOn(t -> t.endsWith(end)).isNotEmpty();
    }
    for (String linear : new LinkedHashSet<>(heard.linears)) {
      String tensor = linear + ".weight";
      if (tensors.contains(tensor) && small.shape(tensor).rank() == 2) {
        Shape shape = small.shape(tensor);
        assertThat(shape.dim(names.isTransposed(linear) ? 0 : 1))
            .as(tensor)
            .isEqualTo(heard.widths.get(linear));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void settingsHaveTheNamesThatTheFamilySays(Architecture family) throws IOException {
    EdgeModel small = small(family);
    ConfigNames names = family.configNames();
    float[] own = HeardForward.of(model(small), TEXT).answer;
    Set<String> unread = small.config().unread();
    List<String> read = new ArrayList<>(List.of(names.width(), names.layers()));
    read.add(names.feedForward());
    if (!WITHOUT_ATTENTION.contains(family.family())) {
      read.add(names.heads());
    }
    for (String key : read) {
      assertThat(unread).as("a forward pass reads %s", key).doesNotContain(key);
    }
    for (String key : names.epsilon()) {
      float[] other = HeardForward.of(model(small.with(key, 0.3)), TEXT).answer;
      assertThat(other).as(key).isNotEqualTo(own);
    }
    EdgeModel other = small;
    for (String key : names.activations()) {
      other = other.with(key, "tanh");
    }
    if (!names.activations().isEmpty()) {
      assertThat(HeardForward.of(model(other), TEXT).answer).isNotEqualTo(own);
    }
    assertThat(small.config().size(names.layers())).isLessThan(13);
  }

  @ParameterizedTest
  @MethodSource("families")
  void embeddingsAreScaledAsTheFamilySays(Architecture family) throws IOException {
    EdgeModel small = small(family).with("embedding_multiplier", 12.5);
    assertThat(HeardForward.of(model(small), TEXT).embeddingScale)
        .isEqualTo((float) family.embeddingScale(small.config()));
  }

  @ParameterizedTest
  @MethodSource("families")
  void theLongestTextIsWhatTheTableOfPositionsHolds(Architecture family) throws IOException {
    EdgeModel small = small(family);
    HeardForward heard = HeardForward.of(model(small), TEXT);
    heard.rows.forEach(
        (table, rows) -> {
          if (family.moduleNames().isPositions(table)) {
            int last = small.shape(table + ".weight").dim(0) - 1;
            assertThat(family.maxTokens(small.config())).isEqualTo(last - (int) rows[0] + 1);
          }
        });
    assertThat(family.maxTokens(small.config())).isPositive();
  }

  @ParameterizedTest
  @MethodSource("families")
  void aRowsLengthCountsWhereTheFamilySaysIt(Architecture family) throws IOException {
    EdgeModel small = small(family);
    HeardForward plain = HeardForward.of(model(small), TEXT);
    boolean readsPadding = Set.of("MobileBERT", "ConvBERT", "FNet").contains(family.family());
    assertThat(family.readsTheLength(small.config()))
        .isEqualTo(readsPadding || readsTheLength(plain));
    int half = plain.ropes.isEmpty() ? 8 : plain.ropes.get(0).width() / 2;
    for (Map<String, Object> scaling : scalings(half)) {
      for (EdgeModel scaled :
          List.of(
              small.with("rope_scaling", scaling),
              small.with(
                  "rope_parameters",
                  Map.of(
                      "full_attention",
                      scaling,
                      "sliding_attention",
                      Map.of("rope_type", "default"))))) {
        if (scaled.config().value("rope_parameters") != null && !hasKinds(family)) {
          continue;
        }
        HeardForward heard = HeardForward.of(model(scaled), TEXT);
        assertThat(family.readsTheLength(scaled.config()))
            .as("%s", scaling)
            .isEqualTo(readsPadding || readsTheLength(heard));
      }
    }
  }

  private static boolean hasKinds(Architecture family) {
    return Set.of("Gemma3", "ModernBERT").contains(family.family());
  }

  private static boolean readsTheLength(HeardForward heard) {
    return heard.ropes.stream().anyMatch(RotaryEmbedding::dependsOnLength);
  }

  /** Every kind of scaling, under each of its names. */
  private static List<Map<String, Object>> scalings(int half) {
    List<Double> factors = Collections.nCopies(half, 1.5);
    Map<String, Object> factored = Map.of("short_factor", factors, "long_factor", factors);
    return List.of(
        Map.of("rope_type", "default"),
        Map.of("type", "linear", "factor", 2.0),
        Map.of("type", "dynamic", "factor", 2.0),
        Map.of("rope_type", "dynamic", "factor", 2.0),
        Map.of("rope_type", "yarn", "factor", 2.0),
        with(factored, "rope_type", "yarn"),
        with(factored, "type", "su"),
        with(factored, "rope_type", "longrope"),
        Map.of(
            "rope_type", "llama3",
            "factor", 8.0,
            "low_freq_factor", 1.0,
            "high_freq_factor", 4.0,
            "original_max_position_embeddings", 32));
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }

  @ParameterizedTest
  @MethodSource("families")
  void everythingElseIsAnswered(Architecture family) throws IOException {
    EdgeModel small = small(family);
    assertThat(family.headInitializer()).isNotNull();
    assertThat(family.classes()).containsValue(Task.SEQUENCE_CLASSIFICATION);
    assertThat(family.pooling(small.config())).isNotNull();
    assertThat(family.tokenTypes(small.config())).isNotNegative();
    assertThat(family.configNames().sizes())
        .doesNotContain(family.configNames().heads(), family.configNames().layers());
    assertThat(family.checkedAgainst(Task.SEQUENCE_CLASSIFICATION)).isNotNull();
  }
}
