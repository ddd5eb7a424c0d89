package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  private static String lossy(int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return Utf8.lossy(all);
  }

  @Test
  void brokenBytesAreReplacedByTheirLongestParts() {
    assertThat(lossy('a', 0xED, 0xA0, 0x80, 'b')).isEqualTo("a\uFFFD\uFFFD\uFFFDb");
    assertThat(lossy(0xF0, 0x9F, 0x98, 'b')).isEqualTo("\uFFFDb");
    assertThat(lossy(0xF0, 0x9F)).isEqualTo("\uFFFD");
    assertThat(lossy(0xE2, 0x82, 0xE2, 0x82, 0xAC)).isEqualTo("\uFFFD€");
    assertThat(lossy(0xC0, 0x80, 0xF5, 0x80)).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
    assertThat(lossy(0xF4, 0x90, 0x80, 0x80)).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
  }

  @Test
  void whatIsUtf8IsReadAsJavaReadsIt() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      int point = random.nextInt(0x110000);
      text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? 'x' : point);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.lossy(bytes)).isEqualTo(text.toString());
    assertThat(Utf8.points(bytes, 0, bytes.length)).isEqualTo(text.codePoints().toArray());
    byte[] written = new byte[4];
    text.codePoints()
        .forEach(
            point -> {
              int length = Utf8.put(point, written, 0);
              assertThat(length).isEqualTo(Utf8.length(point));
              assertThat(Utf8.at(written, 0)).isEqualTo(point);
              assertThat(Utf8.after(written, 0, length)).isEqualTo(length);
            });
  }
}
