package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that ended the process, wrote outside of a tensor, or answered with foreign memory. What is
 * tested is as much that this JVM is there at the end.
 */
class HostileFilesTest {
  static Stream<Path> files() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(HostileFilesTest.class.getResource("/hostile")).toURI());
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.toString().endsWith(".tflite")).sorted().toList().stream();
    }
  }

  @Test
  void theFilesAreThere() throws IOException, URISyntaxException {
    assertThat(files()).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefusedInThreeLines(Path file) throws IOException {
    try (RawModel model = RawModel.open(file)) {
      List<RawOutput> outputs = model.run(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, null, null);
      fail("it answers " + outputs);
    } catch (InvalidInputException e) {
      assertThat(e.where()).contains(file.toString());
    }
  }
}
