package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.client.Client;
import dev.litegraft.client.Obstacle;
import dev.litegraft.client.Suitability;
import dev.litegraft.tflite.BuiltinCodes;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators of files of any origin beside those that a client knows. */
class ClientOperatorsTest {
  @TempDir private Path folder;

  private Suitability of(Client client, String operator, int version) throws IOException {
    CraftedModel crafted = new CraftedModel();
    crafted.model.tables(1).set(1, CraftedModel.code(BuiltinCodes.of(operator)).set(2, version));
    Path file = Files.write(folder.resolve("model.tflite"), crafted.model.file("TFL3"));
    try (TfliteReader reader = TfliteReader.open(file)) {
      return client.suitability(reader);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ANDROID | SUM                | 1  | ",
        "ANDROID | STABLEHLO_COSINE   | 1  | operators that are not known there: STABLEHLO_COSINE",
        "ANDROID | FULLY_CONNECTED    | 12 | FULLY_CONNECTED has version 12, and 11 is the newest",
        "ANDROID | ADD                | 6  | ADD has version 6, and 5 is the newest",
        "WEB     | ADD                | 7  | ADD has version 7, and 6 is the newest",
        "WEB     | STABLEHLO_COSINE   | 1  | operators that are not known there: STABLEHLO_COSINE",
      })
  void aNewerOperatorIsAnObstacle(Client client, String operator, int version, String words)
      throws IOException {
    assertThat(of(client, operator, version).obstacles().stream().map(Obstacle::what))
        .satisfies(
            said -> {
              if (words == null) {
                assertThat(said).noneMatch(one -> one.contains(operator));
              } else {
                assertThat(said).anyMatch(one -> one.contains(words));
              }
            });
  }

  @Test
  void whereNothingIsKnownEverythingIsTaken() throws IOException {
    assertThat(of(Client.ANDROID_LITERT, "ADD", 99).runs()).isTrue();
  }
}
