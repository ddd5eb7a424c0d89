package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.diagnosis.faults.Rewirings;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import dev.litegraft.runtime.TokenRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolingRewiringTest {
  private static final Path CASES = Path.of("../converter/src/test/resources/golden/cases");

  private static final List<TokenRow> TEXTS =
      List.of(
          new TokenRow(new int[] {1, 5, 7, 9, 2}, new int[] {1, 1, 1, 1, 1}, new int[5]),
          new TokenRow(new int[] {1, 8, 2}, new int[] {1, 1, 1}, new int[3]));

  /** Only the last layer differs: it computes every token, and the first is picked of them. */
  @ParameterizedTest
  @ValueSource(strings = {"bert-seqcls", "deberta-v2-seqcls", "modernbert-seqcls-cls"})
  void readingTheFirstTokenOfAllIsTheEncodersOwnAnswer(String name) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(CASES.resolve(name))) {
      VariantModel own = VariantModel.of(Model.of(checkpoint));
      VariantModel rewired =
          own.with(
              Rewirings.pooling(
                  (f, in, x) -> f.pick(f.firstToken(in.ids()), x),
                  own.model().architecture().moduleNames()::isOfHead));

      PlainLayers f = PlainLayers.of(1);
      float[][] expected = own.answers(f, TEXTS);
      float[][] answers = rewired.answers(f, TEXTS);
      for (int i = 0; i < expected.length; i++) {
        assertThat(answers[i]).containsExactly(expected[i], within(1e-5f));
      }
    }
  }
}
