package dev.litegraft.inspection;

import java.util.List;

/** Texts that tokenizers and models treat differently, the most telling ones first. */
public final class ProbeTexts {
  public static final List<String> ALL =
      List.of(
          "이 영화 정말 재미있어요!",
          "The plot was thin, but I'd watch it again.",
          "期待していたほど面白くなかった。",
          "这部电影非常精彩，值得一看。",
          "كان الفيلم رائعًا جدًا",
          "so good 😍👍🏽 10/10",
          "3.14159 + 2,718 = 5.85959 (2024-06-07)",
          "  two  spaces,\ta tab and\na new line  ",
          "Größe, naïve, ÀÉÎ, ﬁ, Ⅳ",
          "ㅋㅋㅋㅋ 완전 노잼ㅠㅠ",
          "a");

  private ProbeTexts() {}
}
