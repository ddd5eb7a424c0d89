package dev.litegraft.web.brotli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.brotli.dec.BrotliInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's decoder reads all that is written. */
class BrotliTest {
  private static byte[] read(byte[] compressed) throws IOException {
    try (InputStream in = new BrotliInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }

  private static int assertSame(byte[] data) throws IOException {
    byte[] compressed = Brotli.compressed(data);
    assertThat(Arrays.equals(read(compressed), data)).as(data.length + " bytes").isTrue();
    return compressed.length;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 2, 3, 4, 5, 255, 65_535, 65_536, 65_537, (1 << 19) - 1, 1 << 19, (1 << 19) + 1})
  void everyLengthIsReadBack(int length) throws Exception {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    assertThat(assertSame(noise)).isLessThan(length + length / 100 + 400);
    byte[] zeros = new byte[length];
    assertThat(assertSame(zeros)).isLessThan(60);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 17, 200, 256})
  void everyNumberOfSymbolsIsReadBack(int symbols) throws Exception {
    Random random = new Random(symbols);
    byte[] even = new byte[20_000];
    byte[] steep = new byte[20_000];
    for (int i = 0; i < even.length; i++) {
      even[i] = (byte) random.nextInt(symbols);
      // Half as many of each than of the one before: codes longer than the format has.
      steep[i] = (byte) Math.min(symbols - 1, Long.numberOfTrailingZeros(random.nextLong()));
    }
    assertSame(even);
    assertSame(steep);
  }

  @Test
  void copiesOfEveryLengthAndDistanceAreReadBack() throws Exception {
    Random random = new Random(7);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] noise = new byte[3_000];
    for (int round = 0; round < 400; round++) {
      random.nextBytes(noise);
      out.write(noise, 0, random.nextInt(1 << random.nextInt(11)));
      byte[] sofar = out.toByteArray();
      int length = 2 + random.nextInt(1 << (1 + random.nextInt(12)));
      int from = random.nextInt(Math.max(1, sofar.length));
      out.write(sofar, from, Math.min(length, sofar.length - from));
      for (int again = random.nextInt(3); again > 0; again--) {
        int near = Math.max(0, Math.min(sofar.length - 1, from + random.nextInt(9) - 4));
        out.write(sofar, near, Math.min(8, sofar.length - near));
      }
    }
    assertSame(out.toByteArray());
  }

  @Test
  void whatIsFurtherBackThanTheWindowIsNotCopied() throws Exception {
    byte[] noise = new byte[1 << 16];
    new Random(1).nextBytes(noise);
    byte[] data = new byte[(1 << 22) + 2 * noise.length];
    System.arraycopy(noise, 0, data, 0, noise.length);
    System.arraycopy(noise, 0, data, data.length - noise.length, noise.length);
    assertThat(assertSame(data)).isGreaterThan(2 * noise.length);
  }

  @Test
  void programsTakeATwentiethLessThanWithGzip() throws Exception {
    ByteArrayOutputStream classes = new ByteArrayOutputStream();
    for (Class<?> one :
        new Class<?>[] {Brotli.class, Commands.class, Matches.class, String.class}) {
      try (InputStream in = one.getResourceAsStream(one.getSimpleName() + ".class")) {
        assertThat(in).isNotNull();
        in.transferTo(classes);
      }
    }
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream zip = new DeflaterOutputStream(deflated)) {
      zip.write(classes.toByteArray());
    }
    assertThat(assertSame(classes.toByteArray())).isLessThan(deflated.size() * 19 / 20);
  }

  @Test
  void textIsReadBack() throws Exception {
    String text = "연기가 훌륭하고 이야기가 감동적이다. The film was a pleasure to watch.\n".repeat(50);
    assertThat(assertSame(text.getBytes(StandardCharsets.UTF_8))).isLessThan(220);
  }
}
