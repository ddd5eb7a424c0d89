package dev.litegraft.fuzz;

import dev.litegraft.fuzz.Places.Kind;
import dev.litegraft.fuzz.Places.Place;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Damages a good {@code .tflite}, or a bundle of such, at places that mean something; a seed gives
 * the same file again.
 */
final class TfliteMutator {
  private static final int[] TELLING = {
    -1,
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    9,
    15,
    16,
    31,
    32,
    63,
    64,
    127,
    128,
    255,
    256,
    1000,
    32767,
    65535,
    65536,
    1 << 20,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -2,
    -3,
    -8,
    -128,
    0x7f800000,
    0x7fc00000,
    0x00000001,
    0x80000000
  };

  private final byte[] good;
  private final Map<Kind, List<Place>> places;
  private final List<Kind> kinds;

  TfliteMutator(byte[] good) {
    this.good = good.clone();
    this.places = Places.of(good);
    this.kinds = new ArrayList<>(places.keySet());
  }

  /** One to three places are damaged; one file in a hundred is cut as well. */
  byte[] damaged(long seed) {
    Random random = new Random(seed);
    byte[] bytes = good.clone();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      List<Place> of = places.getOrDefault(kinds.get(random.nextInt(kinds.size())), List.of());
      damage(file, of.get(random.nextInt(of.size())), of, random);
    }
    return random.nextInt(100) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
        : bytes;
  }

  private static void damage(ByteBuffer file, Place place, List<Place> others, Random random) {
    long old = read(file, place);
    Place other = others.get(random.nextInt(others.size()));
    long value =
        switch (random.nextInt(6)) {
          case 0 -> 0;
          case 1 -> old + 1 - 2L * random.nextInt(2);
          case 2 -> old ^ 1L << random.nextInt(place.width() * 8);
          case 3 -> read(file, other);
          default -> TELLING[random.nextInt(TELLING.length)];
        };
    if (random.nextInt(8) == 0 && other.width() == place.width()) {
      write(file, other, old); // Two change places.
    }
    write(file, place, value);
  }

  private static long read(ByteBuffer file, Place place) {
    return switch (place.width()) {
      case 1 -> file.get(place.position());
      case 2 -> file.getShort(place.position());
      case 4 -> file.getInt(place.position());
      default -> file.getLong(place.position());
    };
  }

  private static void write(ByteBuffer file, Place place, long value) {
    switch (place.width()) {
      case 1 -> file.put(place.position(), (byte) value);
      case 2 -> file.putShort(place.position(), (short) value);
      case 4 -> file.putInt(place.position(), (int) value);
      default -> file.putLong(place.position(), value);
    }
  }
}
