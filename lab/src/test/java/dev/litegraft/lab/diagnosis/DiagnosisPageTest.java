package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.verification.LayerDifference;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page is whole, holds nothing foreign, and says what to change. */
class DiagnosisPageTest {
  private static final String EVIL = "<script>alert(1)</script>\u202e\u0000\"'&";

  private static DiagnosisReport report(String text) {
    return new DiagnosisReport(
        false,
        0.77,
        1e-4,
        List.of(
            new Explanation("rope_theta", "10000", "500000", 2e-6, "set the rotary base"),
            new Explanation(text, text, text, 1, text)),
        List.of(new Explanation("pooling", "last", "the token at mask.sum() - 1", 0, "keep")),
        List.of(
            new LayerDifference("model.layers.0.self_attn.v_proj", 1e-6, 2e-7, 1, false),
            new LayerDifference(text, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN, true)),
        Optional.of(text),
        Optional.of(new FoundWeights(22, 22, List.of(text))),
        "rope_theta is " + text,
        DiagnosisReport.Kind.EXPLAINED,
        5,
        1.25);
  }

  @Test
  void textOfFilesIsNoMarkup() {
    String page = DiagnosisPage.of(report(EVIL), EVIL, EVIL);
    assertThat(page)
        .doesNotContain("<script")
        .doesNotContain("\u202e")
        .doesNotContain("\u0000")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(DiagnosisPage.of(report("x"), "folder", "file.tflite"))
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("src=")
        .doesNotContain("@import")
        .doesNotContain("url(")
        .contains("default-src 'none'");
  }

  @Test
  void theVerdictTheLineToChangeTheTableAndThePlotAreThere() {
    assertThat(DiagnosisPage.of(report("x"), "folder", "file.tflite"))
        .contains("<h1>rope_theta is x.</h1>")
        .contains("<p>Set the rotary base.</p>")
        .contains("AttentionConfig(rotary_base=10000)")
        .contains("&quot;rope_theta&quot;: 10000")
        .contains("model.config.rope_theta = 10000")
        .contains("the token at mask.sum() - 1")
        .contains("all 22 matrices of the checkpoint that were looked for are in the file: x")
        .contains("model.layers.0.self_attn.v_proj")
        .contains("<svg")
        .contains("prefers-color-scheme:dark")
        .contains("@media print")
        .endsWith("</html>\n");
  }

  @Test
  void wordsAreNotBrokenOnASmallScreen() {
    assertThat(DiagnosisPage.of(report("x"), "folder", "file.tflite"))
        .contains("th,.scroll td{overflow-wrap:normal}")
        .contains("<th scope=\"row\">checkpoint</th>")
        .contains("svg.bars text{font-size:18px}")
        .contains("<svg class=\"bars\"");
  }

  @Test
  void ofOtherWeightsNoSettingIsSuspected() {
    Inside inside =
        new Inside(report("x").layers(), Optional.of("x departs first: the activation"));
    assertThat(ofKind(DiagnosisReport.Kind.OTHER_WEIGHTS).with(inside).narrowed()).isEmpty();
    assertThat(ofKind(DiagnosisReport.Kind.NOT_EXPLAINED).with(inside).narrowed()).isPresent();
  }

  private static DiagnosisReport ofKind(DiagnosisReport.Kind kind) {
    DiagnosisReport r = report("x");
    return new DiagnosisReport(
        false,
        r.residual(),
        r.floor(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        r.weights(),
        r.verdict(),
        kind,
        1,
        1);
  }
}
