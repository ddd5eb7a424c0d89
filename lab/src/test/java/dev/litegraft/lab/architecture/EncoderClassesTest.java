package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The classes of encoders without recorded outputs: a tagger whose classifier passes its input on
 * gives the hidden states, and so does the bare model, whose tensors stand at the root.
 *
 * <p>Checked besides, where they are recorded: those hidden states are Hugging Face's ({@code
 * ArchitectureContract}). Not checked: a tagger of these families against the original class.
 */
final class EncoderClassesTest {
  private static final int WIDTH = 64;

  @ParameterizedTest
  @CsvSource({
    "bert-seqcls, Bert, bert",
    "distilbert-seqcls, DistilBert, distilbert",
    "roberta-seqcls, Roberta, roberta",
    "roberta-seqcls, Camembert, roberta",
    "xlm-roberta-seqcls-f16, XLMRoberta, roberta",
    "electra-seqcls-bf16, Electra, electra",
    "albert-seqcls, Albert, albert",
    "deberta-v2-seqcls, DebertaV2, deberta"
  })
  void taggerAndBareModelReadTheSameHiddenStates(String golden, String prefix, String backbone)
      throws IOException {
    EdgeModel model = EdgeModel.of(golden);
    EdgeModel tagger =
        passingOn(model.as(prefix + "ForTokenClassification"))
            .without("id2label")
            .without("label2id")
            .with("num_labels", WIDTH);
    float[] tagged = tagger.answer(Texts.ofLength(9));
    float[] hidden = atRoot(model.as(prefix + "Model"), backbone).answer(Texts.ofLength(9));
    assertThat(hidden).hasSize(9 * WIDTH);
    assertThat(tagged).containsExactly(hidden, Texts.SAME);
  }

  /** ModernBERT's tagger has the head of its classifier, which reads the first token. */
  @Test
  void modernBertsTaggerHasTheSameHead() throws IOException {
    EdgeModel model = EdgeModel.of("modernbert-seqcls-cls");
    float[] tagged = model.as("ModernBertForTokenClassification").answer(Texts.ofLength(9));
    assertThat(tagged).hasSize(9 * 3);
    assertThat(Arrays.copyOf(tagged, 3))
        .containsExactly(model.answer(Texts.ofLength(9)), Texts.SAME);
    EdgeModel bare = atRoot(model.as("ModernBertModel"), "model");
    assertThat(bare.answer(Texts.ofLength(9))).hasSize(9 * WIDTH);
  }

  private static EdgeModel passingOn(EdgeModel model) {
    float[] identity = new float[WIDTH * WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      identity[i * WIDTH + i] = 1;
    }
    return model
        .with("classifier.weight", Shape.of(WIDTH, WIDTH), identity)
        .with("classifier.bias", Shape.of(WIDTH), new float[WIDTH]);
  }

  private static EdgeModel atRoot(EdgeModel model, String backbone) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    model
        .weights()
        .tensors()
        .forEach(
            (name, data) -> {
              if (name.startsWith(backbone + ".")) {
                tensors.put(name.substring(backbone.length() + 1), data);
              }
            });
    return new EdgeModel(model.config(), CheckpointWeights.of(tensors, "at the root"));
  }
}
