package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.checkpoint.Golden;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever follows an error's advice gets a file, and the folder that he had stays as it is. */
class TriedAdviceTest {
  @TempDir Path temporary = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    folder = copied(Golden.folder("bert-seqcls"), "model");
  }

  private Path copied(Path from, String name) throws IOException {
    Path copy = Files.createDirectories(temporary.resolve(name));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("hidden_states.safetensors")) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
    return copy;
  }

  private static void edit(Path folder, String old, String other) throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(old);
    Files.writeString(config, text.replace(old, other));
  }

  private void convert(Path from, ConversionOptions options) throws IOException {
    Converter.of(from).withOptions(options).convert(temporary.resolve("out.tflite"));
  }

  private String advice(Path from) {
    return catchThrowableOfType(
            InvalidInputException.class, () -> convert(from, ConversionOptions.defaults()))
        .remedy();
  }

  private void assertConverts(Path from, ConversionOptions options) {
    assertThatCode(() -> convert(from, options)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "bert-seqcls; \"gelu\"; \"gelx\"; \"gelu\"; correct the key in a copy of the folder",
        "bert-seqcls; \"use_cache\": true; \"problem_type\": \"guess\"; \"use_cache\": true;"
            + " correct the key in a copy of the folder, or leave it out there",
        "bert-seqcls; \"use_cache\": true; \"is_decoder\": true; \"use_cache\": true;"
            + " save a copy of the model whose config.json has not the key",
        "bert-seqcls; \"use_cache\": true; \"id2label\": {\"0\": \"a\"}; \"use_cache\": true;"
            + " of a copy of the folder: the head has",
        "llama-base-gqa-f32; \"use_cache\": true; \"rope_parameters\": {\"rope_theta\": 5.0};"
            + " \"use_cache\": true; in a copy of the folder, leave the wrong one of the two keys out"
      })
  void aConfigThatIsCorrectedInACopyConverts(
      String golden, String right, String wrong, String corrected, String advice)
      throws IOException {
    Path faulty = copied(Golden.folder(golden), "faulty");
    edit(faulty, right, wrong);
    byte[] before = Files.readAllBytes(faulty.resolve("config.json"));
    assertThat(advice(faulty)).contains(advice);
    Path copy = copied(faulty, "copy");
    edit(copy, wrong, corrected);
    assertConverts(copy, ConversionOptions.defaults());
    assertThat(Files.readAllBytes(faulty.resolve("config.json"))).isEqualTo(before);
  }

  @Test
  void theNearestClassConvertsAModelThatIsItsCopy() throws IOException {
    edit(folder, "BertForSequenceClassification", "WombatForSequenceClassification");
    edit(folder, "\"model_type\": \"bert\"", "\"model_type\": \"wombat\"");
    assertThat(advice(folder)).contains("nearest known class is BertForSequenceClassification");
    Path copy = copied(folder, "copy");
    edit(copy, "WombatForSequenceClassification", "BertForSequenceClassification");
    edit(copy, "\"model_type\": \"wombat\"", "\"model_type\": \"bert\"");
    assertConverts(copy, ConversionOptions.defaults());
  }

  @Test
  void aHeadBesideABareClassConvertsBothWays() throws IOException {
    edit(folder, "BertForSequenceClassification", "BertModel");
    assertThat(advice(folder)).contains("--as classifier", "--as embedder");
    for (ReadAs use : ReadAs.values()) {
      assertConverts(folder, ConversionOptions.defaults().withReadAs(use));
    }
  }

  @Test
  void anAdapterBesideMergedWeightsIsLeftOutOfACopy() throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\"}");
    assertThat(advice(folder)).contains("a copy of the folder without adapter_config.json");
    Path copy = copied(folder, "copy");
    Files.delete(copy.resolve("adapter_config.json"));
    assertConverts(copy, ConversionOptions.defaults());
  }

  @Test
  void aSetFitModelsVectorsConvert() throws IOException {
    Path setFit = copied(Golden.folder("bert-model-meanpool"), "setfit");
    Files.writeString(setFit.resolve("model_head.pkl"), "csklearn.svm\nSVC\n.");
    assertThat(advice(setFit)).contains("--as embedder");
    assertConverts(setFit, ConversionOptions.defaults().withReadAs(ReadAs.EMBEDDER));
  }

  @Test
  void theFolderThatIsNamedConverts() {
    Path above = temporary;
    assertThat(advice(above)).contains("there is one in the folder").contains(folder.toString());
    assertConverts(folder, ConversionOptions.defaults());
  }

  @Test
  void ofTwoFilesOfWeightsTheModelsIsKeptInACopy() throws IOException {
    Files.copy(folder.resolve("model.safetensors"), folder.resolve("a.safetensors"));
    Files.move(folder.resolve("model.safetensors"), folder.resolve("b.safetensors"));
    assertThat(advice(folder)).contains("in a copy of the folder", "leave only the file");
    Path copy = copied(folder, "copy");
    Files.delete(copy.resolve("a.safetensors"));
    assertConverts(copy, ConversionOptions.defaults());
  }

  @Test
  void adviceNeverEndsWhereItBegan() throws IOException {
    edit(folder, "\"BertForSequenceClassification\"", "\"BertForPreTraining\"");
    String first = advice(folder);
    assertThat(first).contains("BertForSequenceClassification");
    Path copy = copied(folder, "copy");
    edit(copy, "BertForPreTraining", "BertForSequenceClassification");
    assertConverts(copy, ConversionOptions.defaults());
  }

  @Test
  void noAdviceTellsAnyoneToWriteIntoHisFolder() throws IOException {
    List<String> faults =
        List.of("\"hidden_act\": \"gelx\"", "\"problem_type\": \"x\"", "\"is_decoder\": true");
    for (String fault : faults) {
      Path faulty = copied(Golden.folder("bert-seqcls"), "faulty" + faults.indexOf(fault));
      edit(faulty, "\"use_cache\": true", fault);
      if (fault.contains("hidden_act")) {
        edit(faulty, "\"hidden_act\": \"gelu\",", "");
      }
      assertThat(advice(faulty)).contains("copy");
    }
  }
}
