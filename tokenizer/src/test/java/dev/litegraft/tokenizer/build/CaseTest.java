package dev.litegraft.tokenizer.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CaseTest {
  @Test
  void aTokenIsWrittenAsTheLibraryDoes() {
    var lowered = Case.writing(Map.of("lowercase", true));
    assertThat(lowered.apply("ÀÉ")).isEqualTo("ae");
    assertThat(lowered.apply("ΑΣ")).isEqualTo("ασ");
    var accented = Case.writing(Map.of("lowercase", true, "strip_accents", false));
    assertThat(accented.apply("ÀİX")).isEqualTo("ài\u0307x");
    assertThat(Case.writing(Map.of("lowercase", false)).apply("ÀΣ")).isEqualTo("ÀΣ");
  }
}
