package dev.litegraft.tokenizer.unicode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NativeTokenizer.Answer;
import dev.litegraft.tokenizer.oracle.NeedsOracle;
import dev.litegraft.tokenizer.oracle.Observed;
import dev.litegraft.tokenizer.oracle.RandomTexts;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dlitegraft.long=true} asks the native library about 300 times as many texts. */
class NormalizationTest {
  private static final int TEXTS = Boolean.getBoolean("litegraft.long") ? 600_000 : 2_000;

  @NeedsOracle
  @ParameterizedTest
  @EnumSource
  void textsAndChangesAreThoseOfTheNativeLibrary(Normalization form) {
    RandomTexts texts = new RandomTexts(form.name().hashCode());
    String json = "{\"type\":\"%s\"}".formatted(form);
    try (NativeTokenizer bytes = Observed.normalizer(json);
        NativeTokenizer points = Observed.points(json)) {
      for (int i = 0; i < TEXTS; i++) {
        String text = text(texts);
        Normalization.Result result = applied(form, text);
        assertThat(new String(result.points(), 0, result.length()))
            .as(Observed.quoted(text))
            .isEqualTo(Observed.normalized(bytes, text));
        assertThat(spans(result)).as(Observed.quoted(text)).isEqualTo(spans(points.encode(text)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatSurelyDoesNotChangeStays(Normalization form) {
    RandomTexts texts = new RandomTexts(5);
    int unchanged = 0;
    for (int i = 0; i < 20_000; i++) {
      int[] points = text(texts).codePoints().toArray();
      if (!form.changes(points, 0, points.length)) {
        Normalization.Result result = form.apply(points, 0, points.length);
        assertThat(result.points()).startsWith(points);
        assertThat(result.length()).isEqualTo(points.length);
        assertThat(Arrays.copyOf(result.changes(), points.length)).containsOnly(0);
        unchanged++;
      }
    }
    assertThat(unchanged).isGreaterThan(1_000);
  }

  @Test
  void aLongRunOfMarksIsSortedInTimeInProportion() {
    int[] points = new int[400_000];
    for (int i = 0; i < points.length; i++) {
      points[i] = i % 2 == 0 ? 0x301 : 0x323;
    }
    Normalization.Result result = Normalization.NFC.apply(points, 0, points.length);
    assertThat(result.points()[0]).isEqualTo(0x323);
    assertThat(result.points()[points.length - 1]).isEqualTo(0x301);
  }

  @Test
  void onlyTheGivenPartIsTaken() {
    int[] points = "xe\u0301y".codePoints().toArray();
    Normalization.Result result = Normalization.NFC.apply(points, 1, 3);
    assertThat(result.length()).isEqualTo(1);
    assertThat(result.points()[0]).isEqualTo(0xe9);
    assertThat(result.changes()[0]).isEqualTo(-1);
  }

  private static String text(RandomTexts texts) {
    if (texts.below(3) > 0) {
      return texts.next(12);
    }
    // Combining runs, jamo and what decomposes, side by side.
    StringBuilder text = new StringBuilder();
    for (int i = texts.below(10) + 1; i > 0; i--) {
      switch (texts.below(6)) {
        case 0 -> text.appendCodePoint(0x300 + texts.below(0x70));
        case 1 -> text.appendCodePoint(0x1100 + texts.below(0x100));
        case 2 -> text.appendCodePoint(0xac00 + texts.below(11172));
        case 3 -> text.appendCodePoint("aeoAEOdgk\u0915\u05d0\u1025".charAt(texts.below(12)));
        case 4 -> text.appendCodePoint(0xc0 + texts.below(0x200));
        default -> text.appendCodePoint(texts.point());
      }
    }
    return text.toString();
  }

  private static Normalization.Result applied(Normalization form, String text) {
    int[] points = text.codePoints().toArray();
    return form.apply(points, 0, points.length);
  }

  /** Where each code point came from, by the changes alone. */
  private static String spans(Normalization.Result result) {
    StringBuilder spans = new StringBuilder();
    int at = 0;
    for (int i = 0; i < result.length(); i++) {
      int change = result.changes()[i];
      int from = change > 0 ? at - 1 : at;
      spans.append(from).append('-').append(from + 1).append(' ');
      at += change > 0 ? 0 : 1 - change;
    }
    return spans.toString();
  }

  private static String spans(Answer answer) {
    StringBuilder spans = new StringBuilder();
    for (int i = 0; i < answer.ids().length; i++) {
      spans.append(answer.starts()[i]).append('-').append(answer.ends()[i]).append(' ');
    }
    return spans.toString();
  }
}
