package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputPlaceTest {
  @TempDir Path root;
  private Path folder;

  @BeforeEach
  void checkpoint() throws IOException {
    folder = root.resolve("model");
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(folder.resolve("model.safetensors"), "weights");
    Files.writeString(folder.resolve("1_Pooling/config.json"), "{}");
    Files.writeString(folder.resolve("old.tflite"), "old");
  }

  private void assertRefused(Path target) {
    assertThatThrownBy(() -> OutputPlace.require(target, List.of(folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("which would be lost");
  }

  @Test
  void theOnlyCopyOfTheWeightsIsNotWrittenOver() throws IOException {
    assertRefused(folder.resolve("model.safetensors"));
    assertRefused(folder.resolve("../model/1_Pooling/config.json"));
    Path link =
        Files.createSymbolicLink(root.resolve("l.tflite"), folder.resolve("model.safetensors"));
    assertRefused(link);
    assertRefused(Files.createLink(root.resolve("h.tflite"), folder.resolve("model.safetensors")));
  }

  @Test
  void aFileOfOursIsWrittenAgainAndANewOneAnywhere() {
    for (String name : List.of("old.tflite", "new.tflite", "new.bin")) {
      assertThatCode(() -> OutputPlace.require(folder.resolve(name), List.of(folder)))
          .doesNotThrowAnyException();
    }
  }
}
