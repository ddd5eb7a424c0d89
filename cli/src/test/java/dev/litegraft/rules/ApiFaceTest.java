package dev.litegraft.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is compared with the version before is what is meant for users. */
class ApiFaceTest {
  private static final Pattern INCLUDE = Pattern.compile("<include>([^<]+)</include>");

  @Test
  void whatIsComparedIsThePublicFace() throws IOException {
    List<String> compared =
        INCLUDE
            .matcher(Files.readString(Path.of("../api/pom.xml")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(compared)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    PublicFace.TFLITE,
                    PublicFace.TOKENIZER,
                    PublicFace.HUB,
                    PublicFace.RUNTIME,
                    PublicFace.WEB,
                    PublicFace.SERVE,
                    PublicFace.LAB,
                    PublicFace.FRONT,
                    PublicFace.DOORS)
                .flatMap(List::stream)
                .map(PublicFace::named)
                .toList());
  }
}
