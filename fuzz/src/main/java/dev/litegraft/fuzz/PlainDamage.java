package dev.litegraft.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damage to files as bytes, and as lines. */
final class PlainDamage {
  /** Texts that programs stumble over. */
  static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "0",
          "-1",
          "null",
          "..",
          "../..",
          "../../../../etc/passwd",
          "/etc/passwd",
          "C:\\x",
          "a/b",
          "\\",
          "\u0000",
          "\u001b[2J",
          "\u0085\u009b",
          "\ud800",
          "\udc00\ud800",
          "\uFEFF",
          "\u202e",
          "e\u0301",
          "한국어",
          "😀",
          "▁",
          "Ġ",
          "##",
          "[UNK]",
          "<unk>",
          "[SEP]",
          "$(touch pwned)",
          "'; touch pwned; '",
          "-o",
          "%s%n",
          "(a+)+$",
          "(?<=x+)y",
          "[",
          "(?:)*",
          "\\p{Foo}",
          "a{100000}",
          "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}",
          "x".repeat(100_000));

  /** Whole numbers that programs stumble over. */
  static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    4,
    5,
    7,
    8,
    9,
    16,
    31,
    32,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    512,
    513,
    1000,
    4096,
    32767,
    65535,
    65536,
    100_000,
    1 << 20,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    583_175_757L,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 7,
    1L << 53,
    -2,
    -3,
    -8,
    -128
  };

  private PlainDamage() {}

  static byte[] bytes(byte[] bytes, Random random) {
    byte[] out = bytes.clone();
    int n = bytes.length;
    switch (random.nextInt(8)) {
      case 0 -> out = Arrays.copyOf(bytes, n == 0 ? 0 : random.nextInt(n));
      case 1 -> out = Arrays.copyOf(bytes, n + 1 + random.nextInt(64));
      case 2 -> out = new byte[0];
      case 3 -> {
        byte[] mark = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
        out = Arrays.copyOf(mark, n + 3);
        System.arraycopy(bytes, 0, out, 3, n);
      }
      case 4 -> out = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
      default -> {
        for (int i = 1 + random.nextInt(8); n > 0 && i > 0; i--) {
          int at = random.nextInt(n);
          out[at] =
              (byte) (random.nextBoolean() ? random.nextInt() : out[at] ^ 1 << random.nextInt(8));
        }
        if (n >= 8 && random.nextInt(4) == 0) {
          ByteBuffer.wrap(out)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(0, NUMBERS[random.nextInt(NUMBERS.length)]);
        }
      }
    }
    return out;
  }

  static byte[] lines(byte[] bytes, Random random) {
    List<String> lines =
        new ArrayList<>(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    for (int i = 1 + random.nextInt(4); i > 0 && !lines.isEmpty(); i--) {
      int at = random.nextInt(lines.size());
      String other = lines.get(random.nextInt(lines.size()));
      switch (random.nextInt(7)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(at, other);
        case 2 -> lines.set(at, text(random));
        case 3 -> lines.set(at, lines.get(at) + " " + other);
        case 4 -> lines.set(at, lines.get(at) + lines.get(at));
        case 5 -> lines = new ArrayList<>(lines.subList(0, at));
        default -> lines.add(at, text(random));
      }
    }
    String end = random.nextInt(6) == 0 ? "\r\n" : "\n";
    return String.join(end, lines).getBytes(StandardCharsets.UTF_8);
  }

  static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }
}
