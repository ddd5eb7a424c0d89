package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.Op;
import dev.litegraft.model.EdgeGraphs;
import dev.litegraft.model.Model;
import dev.litegraft.model.Signatures;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextsTogetherTest {
  private static final Path CHECKPOINT =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases", "bert-seqcls");

  @TempDir Path folder;

  private Optional<Difference> judged(boolean harmed) throws IOException {
    Path file = folder.resolve("file.tflite");
    try (Checkpoint checkpoint = Architectures.open(CHECKPOINT)) {
      List<Graph> graphs =
          new EdgeGraphs(Model.of(checkpoint), Signatures.defaults().withBatch(3), 32)
              .build(List.of());
      Graph several = harmed ? withTurnedDifferences(graphs.get(1)) : graphs.get(1);
      TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
          .write(file, List.of(graphs.get(0), several));
      try (RawModel model = RawModel.open(file)) {
        assertThat(model.textsAtOnce()).isEqualTo(3);
        return TextsTogether.of(model, questions(), false);
      }
    }
  }

  private static List<Question> questions() {
    int[] types = new int[9];
    types[8] = 1;
    return List.of(
        Question.of("one", Optional.empty(), new int[] {5}, new int[1]),
        Question.of("many", Optional.empty(), new int[] {2, 9, 4, 17, 8, 3, 21, 6, 11}, types));
  }

  /** A norm that takes a number from its mean, and not its mean from the number. */
  private static Graph withTurnedDifferences(Graph graph) {
    return GraphEdit.of(
        graph,
        (op, edit) ->
            op instanceof Op.Binary sub && sub.kind() == Op.BinaryKind.SUB
                ? new Op.Binary(sub.kind(), sub.b(), sub.a(), sub.output())
                : op);
  }

  @Test
  void textsThatAnswerAsAloneAreNoDifference() throws IOException {
    assertThat(judged(false)).isEmpty();
  }

  @Test
  void aSignatureOfSeveralTextsThatAnswersOtherwiseIsTold() throws IOException {
    Difference difference = judged(true).orElseThrow();
    assertThat(difference.setting()).isEqualTo("batch_3");
    assertThat(difference.toString()).contains("9 tokens").contains("from those alone");
  }
}
