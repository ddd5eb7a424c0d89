package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceTransformerTest {
  private static final String MODELS = "sentence_transformers.models.";

  @TempDir Path folder = Path.of("");

  /** A folder around the recorded model, which stands in {@code model}. */
  private void write(String model, String... modules) throws IOException {
    Path target = Files.createDirectories(folder.resolve(model));
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(Golden.folder("bert-model-meanpool").resolve(name), target.resolve(name));
    }
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < modules.length; i++) {
      String[] kindAndPath = modules[i].split("@", -1);
      list.append(i == 0 ? "" : ",")
          .append(
              "{\"idx\": %d, \"name\": \"%d\", \"path\": \"%s\", \"type\": \"%s\"}"
                  .formatted(
                      i,
                      i,
                      kindAndPath[1],
                      kindAndPath[0].contains(".") ? kindAndPath[0] : MODELS + kindAndPath[0]));
    }
    Files.writeString(folder.resolve("modules.json"), list + "]");
  }

  private void write(Path file, String text) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), text);
  }

  private void pooling(String members) throws IOException {
    write(Path.of("1_Pooling/config.json"), "{\"word_embedding_dimension\": 48, " + members + "}");
  }

  private void dense(int in, int out, String activation) throws IOException {
    write(
        Path.of("2_Dense/config.json"),
        "{\"in_features\": %d, \"out_features\": %d, \"bias\": true, \"activation_function\": \"%s\"}"
            .formatted(in, out, activation));
    new SafetensorsBytes()
        .addF32("linear.weight", "[" + out + "," + in + "]", new float[in * out])
        .addF32("linear.bias", "[" + out + "]", new float[out])
        .write(folder.resolve("2_Dense/model.safetensors"));
  }

  private InvalidInputException refusal() {
    return Refusal.of(() -> Checkpoint.open(folder).close());
  }

  @ParameterizedTest
  @CsvSource({
    "cls, pooling_mode_cls_token",
    "mean, pooling_mode_mean_tokens",
    "max, pooling_mode_max_tokens",
    "last, pooling_mode_lasttoken",
    "mean_sqrt_len, pooling_mode_mean_sqrt_len_tokens"
  })
  void thePoolingIsTheOneFlagThatIsTrue(String mode, String key) throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling", "Normalize@2_Normalize");
    pooling("\"pooling_mode_weightedmean_tokens\": false, \"" + key + "\": true");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      SentenceTransformer sentence = checkpoint.sentence().orElseThrow();
      assertThat(Pooling.id(sentence.poolings())).isEqualTo(mode);
      assertThat(sentence.steps()).containsExactly(new Normalize());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": true | cls+mean",
        "\"pooling_mode_lasttoken\": true, \"pooling_mode_weightedmean_tokens\": true, \"pooling_mode_max_tokens\": true | max+weightedmean+last",
        "\"pooling_mode\": [\"mean\", \"max\"] | mean+max",
        "\"pooling_mode\": [\"mean\", \"mean\"] | mean+mean",
        "\"pooling_mode\": [\"lasttoken\", \"cls\"], \"pooling_mode_max_tokens\": true | last+cls",
        "\"pooling_mode_mean_tokens\": false | mean",
        "\"pooling_mode\": \"weightedmean\" | weightedmean",
        "\"include_prompt\": true | mean"
      })
  void severalPoolingsComeInTheOrderOfTheModule(String members, String poolings)
      throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling", "Dense@2_Dense");
    pooling(members);
    int width = 48 * poolings.split("\\+", -1).length;
    dense(width, 16, "torch.nn.modules.activation.Tanh");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(Pooling.id(checkpoint.sentence().orElseThrow().poolings())).isEqualTo(poolings);
    }
  }

  @Test
  void newerFilesNameThePooling() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    write(
        Path.of("1_Pooling/config.json"),
        "{\"embedding_dimension\": 48, \"pooling_mode\": \"lasttoken\"}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(Pooling.id(checkpoint.sentence().orElseThrow().poolings())).isEqualTo("last");
    }
  }

  @Test
  void theModelMayStandInAFolderOfItsOwn() throws IOException {
    write("0_Transformer", "Transformer@0_Transformer", "Pooling@1_Pooling", "Dense@2_Dense");
    pooling("\"pooling_mode_mean_tokens\": true");
    dense(48, 16, "torch.nn.modules.activation.Tanh");
    write(Path.of("0_Transformer/sentence_bert_config.json"), "{\"max_seq_length\": 24}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.folder()).isEqualTo(folder.resolve("0_Transformer"));
      assertThat(checkpoint.weights().tensor("2_Dense.linear.weight", 16, 48)).isNotNull();
      assertThat(checkpoint.sha256(1)).containsKey("2_Dense.linear.bias");
      SentenceTransformer sentence = checkpoint.sentence().orElseThrow();
      assertThat(sentence.settings().maxLength()).hasValue(24);
      assertThat(sentence.steps())
          .first()
          .isInstanceOfSatisfying(
              Dense.class,
              dense -> {
                assertThat(dense.path()).isEqualTo("2_Dense");
                assertThat(dense.activation()).isEqualTo("tanh");
              });
    }
  }

  @Test
  void aClassWithAnotherHeadIsReadAsTheBareModel() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"BertModel\"", "\"BertForMaskedLM\""));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.config().texts("architectures")).containsExactly("BertModel");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"pooling_mode_cls_token\": true, \"pooling_mode_median_tokens\": true | pooling_mode_cls_token and pooling_mode_median_tokens",
        "\"pooling_mode\": \"median\" | median",
        "\"pooling_mode_mean_tokens\": 1 | pooling_mode_mean_tokens is 1"
      })
  void otherPoolingsAreNamed(String members, String named) throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling(members);
    assertThat(refusal().what()).contains(named);
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM@1_LSTM, LSTM",
    "WeightedLayerPooling@1, WeightedLayerPooling",
    "custom_st.Pooling@1_Pooling, custom code",
    "Transformer@, Transformer",
    "Pooling@../1_Pooling, leads out of the folder",
    "Pooling@/etc, leads out of the folder",
    "Dense@2_Dense, Dense"
  })
  void otherModulesAreNamed(String second, String named) throws IOException {
    write("", "Transformer@", second);
    assertThat(refusal().what()).contains(named);
  }

  /** sentence-transformers 6.0.1 loads it so: CrossEncoder, with the activation of config.json. */
  @Test
  void aLoneClassifierOfNoSaidKindIsACrossEncoders() throws IOException {
    write("", "Transformer@");
    Path config = folder.resolve("config.json");
    String own = Files.readString(config);
    String marked =
        own.replaceFirst(
            "\\{",
            "{\"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\", ");
    Files.writeString(config, marked);
    assertThat(kind()).isEqualTo(SentenceTransformer.Kind.CROSS_ENCODER);
    assertThat(notes()).singleElement().asString().contains("as CrossEncoder loads the folder");
    Files.writeString(config, own);
    assertThat(refusal().what()).contains("no Pooling");
    write(
        Path.of("sentence_bert_config.json"),
        "{\"transformer_task\": \"sequence-classification\"}");
    assertThat(kind()).isEqualTo(SentenceTransformer.Kind.CROSS_ENCODER);
    write(
        Path.of("config_sentence_transformers.json"), "{\"model_type\": \"SentenceTransformer\"}");
    assertThat(refusal().what()).contains("no Pooling");
  }

  @Test
  void aVectorThatIsShorterThanItsCutIsKeptAndSaid() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    write(Path.of(OF_FOLDER), "{\"truncate_dim\": 900}");
    assertThat(notes()).singleElement().asString().contains("is 900, and the vector has 48");
    write(Path.of(OF_FOLDER), "{\"truncate_dim\": 48}");
    assertThat(notes()).isEmpty();
  }

  private SentenceTransformer.Kind kind() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return checkpoint.sentence().orElseThrow().settings().kind();
    }
  }

  @Test
  void modulesWithoutPoolingAreRefused() throws IOException {
    write("", "Transformer@");
    assertThat(refusal().what()).contains("no Pooling");
    Files.writeString(folder.resolve("modules.json"), "[]");
    assertThat(refusal().what()).contains("no Transformer");
    Files.writeString(folder.resolve("modules.json"), "{\"a\": 1}");
    assertThat(refusal().what()).contains("not a list");
    Files.writeString(folder.resolve("modules.json"), "[{]");
    assertThat(refusal().what()).contains("not JSON");
  }

  @Test
  void widthsThatDoNotFitNameBoth() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling", "Dense@2_Dense");
    pooling("\"pooling_mode_mean_tokens\": true");
    dense(64, 16, "torch.nn.modules.linear.Identity");
    assertThat(refusal().what()).contains("64").contains("48");
    dense(48, 16, "torch.nn.modules.linear.Identity");
    write(
        Path.of("1_Pooling/config.json"),
        "{\"word_embedding_dimension\": 64, \"pooling_mode_mean_tokens\": true}");
    dense(64, 16, "torch.nn.modules.linear.Identity");
    assertThat(refusal().what()).contains("64 numbers").contains("48");
  }

  @Test
  void denseWeightsOfAnotherFormatOrFunctionAreRefused() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling", "Dense@2_Dense");
    pooling("\"pooling_mode_mean_tokens\": true");
    dense(48, 16, "torch.nn.modules.activation.PReLU");
    assertThat(refusal().what()).contains("PReLU");
    dense(48, 16, "torch.nn.modules.activation.Tanh");
    Path dense = folder.resolve("2_Dense");
    Files.move(dense.resolve("model.safetensors"), dense.resolve("pytorch_model.bin"));
    assertThat(refusal().remedy()).endsWith("rename it to model.safetensors");
    Files.delete(dense.resolve("pytorch_model.bin"));
    assertThat(refusal().what()).contains("neither model.safetensors nor pytorch_model.bin");
    Files.delete(dense.resolve("config.json"));
    assertThat(refusal().what()).contains("no config.json");
  }

  @Test
  void promptsAreToldAndNotSilentlyLeftOut() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    Path prompts = Path.of("config_sentence_transformers.json");
    write(prompts, "{\"prompts\": {\"query\": \"query: \", \"document\": \"\"}}");
    assertThat(notes())
        .containsExactly(
            "the model was trained with prompts before texts; the file has them by their names (embed"
                + " --prompt NAME), and puts none there unless asked: query \"query: \"");
    write(prompts, "{\"prompts\": {\"query\": \"query: \"}, \"default_prompt_name\": \"query\"}");
    assertThat(notes()).first().asString().contains("default prompt").contains("\"query: \"");
    pooling("\"pooling_mode_mean_tokens\": true, \"include_prompt\": false");
    assertThat(refusal().what()).contains("include_prompt is false");
    write(prompts, "{\"prompts\": {\"query\": \"query: \"}}");
    assertThat(notes()).first().asString().contains("embed texts without them");
    write(prompts, "{\"prompts\": {\"query\": \"query: \"}, \"default_prompt_name\": \"other\"}");
    assertThat(refusal().what())
        .contains("default_prompt_name is \"other\", which prompts does not");
    write(prompts, "{\"prompts\": {}, \"default_prompt_name\": null}");
    assertThat(notes()).isEmpty();
  }

  private List<String> notes() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return checkpoint.sentence().orElseThrow().notes();
    }
  }

  @Test
  void lowerCasingIsRead() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    for (boolean lower : new boolean[] {true, false}) {
      write(Path.of("sentence_bert_config.json"), "{\"do_lower_case\": " + lower + "}");
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        assertThat(checkpoint.sentence().orElseThrow().settings().lowerCase()).isEqualTo(lower);
      }
    }
  }

  private static final String OF_FOLDER = "config_sentence_transformers.json";

  @Test
  void theModulesLimitGoesBeforeTheTokenizersArgumentsBeforeIt() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    for (String name :
        new String[] {"sentence_xlnet_config.json", "sentence_roberta_config.json"}) {
      write(Path.of(name), "{\"max_seq_length\": 24}");
      assertThat(settings().maxLength()).hasValue(24);
    }
    write(
        Path.of("sentence_bert_config.json"),
        "{\"max_seq_length\": 30, \"tokenizer_args\": {\"model_max_length\": 40}}");
    assertThat(settings().maxLength()).hasValue(40);
    write(
        Path.of("sentence_bert_config.json"),
        "{\"max_seq_length\": 30, \"processing_kwargs\": {\"text\": {\"max_length\": 20}}}");
    assertThat(settings().maxLength()).hasValue(20);
  }

  @Test
  void argumentsOfTheConfigsClassGoBeforeConfigJson() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    write(
        Path.of("sentence_bert_config.json"),
        "{\"config_args\": {\"hidden_act\": \"relu\", \"trust_remote_code\": true}}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.config().text("hidden_act")).isEqualTo("relu");
      assertThat(checkpoint.config().has("trust_remote_code")).isFalse();
      assertThat(checkpoint.notes().toString()).contains("hidden_act=relu");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"transformer_task\": \"fill-mask\"} | transformer_task is \"fill-mask\"",
        "{\"transformer_task\": \"text-generation\"} | transformer_task is \"text-generation\"",
        "{\"modality_config\": {\"message\": {}}} | chat template",
        "{\"modality_config\": {\"text\": {\"method_output_name\": \"pooler_output\"}}} | pooler_output",
        "{\"tokenizer_args\": {\"do_lower_case\": true}} | do_lower_case is true",
        "{\"processing_kwargs\": {\"text\": {\"truncation\": \"only_first\"}}} | truncation",
        "{\"model_args\": {\"is_decoder\": true}} | is_decoder is true",
        "{\"query_expansion\": {\"length\": 8}} | query_expansion"
      })
  void settingsThatChangeHowTextsAreReadAreRefused(String config, String named) throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    write(Path.of("sentence_bert_config.json"), config);
    assertThat(refusal().what()).contains(named);
  }

  @Test
  void keysThatNobodyKnowsAreNamed() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true, \"sharpness\": 2");
    write(Path.of("sentence_bert_config.json"), "{\"max_seq_length\": 24, \"stride\": 3}");
    write(Path.of(OF_FOLDER), "{\"similarity_fn_name\": \"cosine\", \"era\": 1}");
    write(Path.of("own_labels.json"), "{}");
    write(Path.of("head.joblib"), "");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.notes().toString())
          .contains("[sharpness]", "[stride]", "[era]", "own_labels.json", "head.joblib")
          .doesNotContain("similarity_fn_name", "max_seq_length");
    }
  }

  @Test
  void theVersionThatSavedTheFolderSaysWhetherTextsAreStripped() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    pooling("\"pooling_mode_mean_tokens\": true");
    assertThat(settings().strips()).isFalse(); // as the newest release
    for (String version : new String[] {"2.2.0", "5.3.1", "5.4.0", "6.0.1"}) {
      write(
          Path.of(OF_FOLDER),
          "{\"__version__\": {\"sentence_transformers\": \"" + version + "\"}}");
      assertThat(settings().strips()).isEqualTo(version.compareTo("5.4") < 0);
    }
  }

  @Test
  void theStepsAreThoseOfTheModules() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling", "LayerNorm@2_Norm", "Dense@3_Dense");
    pooling("\"pooling_mode_mean_tokens\": true");
    write(Path.of("2_Norm/config.json"), "{\"dimension\": 48}");
    new SafetensorsBytes()
        .addF32("norm.weight", "[48]", new float[48])
        .addF32("norm.bias", "[48]", new float[48])
        .write(folder.resolve("2_Norm/model.safetensors"));
    write(
        Path.of("3_Dense/config.json"),
        "{\"in_features\": 48, \"out_features\": 16, \"bias\": false, \"use_residual\": true,"
            + " \"activation_function\": \"my.own.Function\"}");
    new SafetensorsBytes()
        .addF32("linear.weight", "[16,48]", new float[16 * 48])
        .addF32("residual.weight", "[16,48]", new float[16 * 48])
        .write(folder.resolve("3_Dense/model.safetensors"));
    write(Path.of(OF_FOLDER), "{\"truncate_dim\": 8}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      SentenceTransformer sentence = checkpoint.sentence().orElseThrow();
      assertThat(sentence.steps().get(0)).isInstanceOf(SentenceTransformer.Norm.class);
      assertThat(sentence.steps().get(1))
          .isInstanceOfSatisfying(
              Dense.class,
              dense -> {
                assertThat(dense.residual()).isTrue();
                assertThat(dense.bias()).isFalse();
                // sentence-transformers does not run a stranger's code and takes its default
                assertThat(dense.activation()).isEqualTo("tanh");
              });
      assertThat(sentence.steps().get(2)).isEqualTo(new SentenceTransformer.Truncate(8));
      assertThat(checkpoint.notes().toString()).contains("my.own.Function");
      assertThat(checkpoint.weights().tensor("3_Dense.residual.weight", 16, 48)).isNotNull();
    }
  }

  private SentenceSettings settings() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return checkpoint.sentence().orElseThrow().settings();
    }
  }

  @Test
  void aMissingPoolingConfigIsNamed() throws IOException {
    write("", "Transformer@", "Pooling@1_Pooling");
    assertThat(refusal().what()).contains("Pooling module has no config.json");
  }
}
