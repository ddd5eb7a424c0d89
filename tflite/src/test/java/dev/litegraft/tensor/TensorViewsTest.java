package dev.litegraft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TensorViewsTest {
  @Test
  void anIndexOfTheLastDimensionIsReadFromAnywhere() throws IOException {
    int rows = 5000; // more than are read at once
    float[] numbers = new float[rows * 2 * 3];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    TensorData middle =
        TensorViews.lastIndex(TensorViews.of("kernel", Shape.of(rows, 2, 3), numbers), 1);
    assertThat(middle.shape()).isEqualTo(Shape.of(rows, 2));
    float[] read = new float[9001];
    middle.read(7, read, 1, 9000);
    assertThat(read[0]).isZero();
    for (int i = 1; i < read.length; i++) {
      assertThat(read[i]).isEqualTo((i + 6) * 3 + 1);
    }
  }

  @Test
  void anIndexThatIsNotThereIsRefused() {
    TensorData kernel = TensorViews.of("kernel", Shape.of(1, 2), 1, 2);
    assertThatThrownBy(() -> TensorViews.lastIndex(kernel, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("kernel [1, 2] has no last index 2");
  }
}
