package dev.litegraft.web.brotli;

import java.util.ArrayList;
import java.util.List;

/**
 * Compresses for {@code Content-Encoding: br}: a sixth less than gzip for WebAssembly, because
 * copies reach back 4 MB, and a byte's code depends on the one before. Source: RFC 7932.
 *
 * <p>Copies are chosen greedily with a look at the next bytes; contexts share codes where that is
 * cheaper. Types of blocks and the format's own dictionary are not used.
 */
public final class Brotli {
  static final int WINDOW_BITS = 22;

  /** Bytes that share their codes. */
  private static final int BLOCK = 1 << 19;

  private static final int LITERALS = 256;
  private static final int LENGTHS = 704;
  private static final int DISTANCES = 64;
  private static final int CONTEXTS = 64;
  private static final int DISTANCE_CONTEXTS = 4;

  /** A code of lengths: the shortest of each, and how many bits follow. */
  private static final int[] TAKEN = {
    0, 1, 2, 3, 4, 5, 6, 8, 10, 14, 18, 26, 34, 50, 66, 98, 130, 194, 322, 578, 1090, 2114, 6210,
    22594
  };

  private static final int[] TAKEN_BITS = {
    0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24
  };
  private static final int[] COPIED = {
    2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 18, 22, 30, 38, 54, 70, 102, 134, 198, 326, 582, 1094, 2118
  };
  private static final int[] COPIED_BITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24
  };

  /** Where the symbols of a pair of such codes begin, by the eights of both. */
  private static final int[][] CELLS = {{128, 192, 384}, {256, 320, 512}, {448, 576, 640}};

  private final byte[] data;
  private final BitWriter out = new BitWriter();

  private Brotli(byte[] data) {
    this.data = data;
  }

  /** The bytes, compressed. */
  public static byte[] compressed(byte[] data) {
    Brotli brotli = new Brotli(data);
    brotli.write();
    return brotli.out.bytes();
  }

  private void write() {
    out.write(1 | ((WINDOW_BITS - 17) << 1), 4);
    Commands commands = new Commands(data);
    for (int at = 0; at < data.length; at += BLOCK) {
      int end = Math.min(data.length, at + BLOCK);
      block(commands.of(at, end), end - at);
    }
    out.write(3, 2); // the last, and it is empty
  }

  private void block(List<Commands.Command> commands, int size) {
    int[] lengths = new int[LENGTHS];
    int[][] distances = new int[DISTANCE_CONTEXTS][DISTANCES];
    for (Commands.Command command : commands) {
      lengths[lengthSymbol(command)]++;
      if (tellsDistance(command)) {
        distances[distanceContext(command)][command.symbol()]++;
      }
    }
    Context context = Context.LOW_BITS;
    Histograms literals = Histograms.of(counts(commands, context));
    for (Context other : List.of(Context.HIGH_BITS, Context.SIGNED)) {
      Histograms found = Histograms.of(counts(commands, other));
      if (found.bits() < literals.bits()) {
        literals = found;
        context = other;
      }
    }
    Histograms shared = Histograms.of(distances);
    out.write(0, 1); // not the last
    out.write(size > 1 << 16 ? 1 : 0, 2);
    out.write(size - 1, size > 1 << 16 ? 20 : 16);
    out.write(0, 1 + 3 + 2 + 4); // compressed; one type of block thrice; plain distances
    out.write(context.id, 2);
    map(literals);
    map(shared);
    List<PrefixCode> literalCodes = codes(literals.shared());
    PrefixCode lengthCode = codes(List.of(lengths)).get(0);
    List<PrefixCode> distanceCodes = codes(shared.shared());
    int[] literalMap = literals.map();
    int[] distanceMap = shared.map();
    for (Commands.Command command : commands) {
      int symbol = lengthSymbol(command);
      lengthCode.write(symbol, out);
      int taken = last(TAKEN, command.taken());
      out.write(command.taken() - TAKEN[taken], TAKEN_BITS[taken]);
      int copied = last(COPIED, Math.max(2, command.copied()));
      out.write(Math.max(2, command.copied()) - COPIED[copied], COPIED_BITS[copied]);
      for (int i = command.at(); i < command.at() + command.taken(); i++) {
        literalCodes.get(literalMap[context.at(data, i)]).write(data[i] & 0xFF, out);
      }
      if (tellsDistance(command)) {
        distanceCodes.get(distanceMap[distanceContext(command)]).write(command.symbol(), out);
        out.write(command.bits(), command.bitCount());
      }
    }
  }

  private static boolean tellsDistance(Commands.Command command) {
    return command.symbol() != Commands.NO_DISTANCE && !command.distanceIsImplied();
  }

  private static int distanceContext(Commands.Command command) {
    return Math.min(command.copied() - 2, DISTANCE_CONTEXTS - 1);
  }

  private static int lengthSymbol(Commands.Command command) {
    int taken = last(TAKEN, command.taken());
    int copied = last(COPIED, Math.max(2, command.copied()));
    int cell = command.distanceIsImplied() ? 64 * (copied >> 3) : CELLS[taken >> 3][copied >> 3];
    return cell + 8 * (taken & 7) + (copied & 7);
  }

  /** The last that is not more. */
  private static int last(int[] sorted, int value) {
    int place = sorted.length - 1;
    while (sorted[place] > value) {
      place--;
    }
    return place;
  }

  private int[][] counts(List<Commands.Command> commands, Context context) {
    int[][] counts = new int[CONTEXTS][LITERALS];
    for (Commands.Command command : commands) {
      for (int i = command.at(); i < command.at() + command.taken(); i++) {
        counts[context.at(data, i)][data[i] & 0xFF]++;
      }
    }
    return counts;
  }

  /** How many codes there are, and which one each context has. */
  private void map(Histograms histograms) {
    int codes = histograms.shared().size();
    if (codes == 1) {
      out.write(0, 1);
      return;
    }
    int power = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(codes - 1);
    out.write(1 | (power << 1), 4);
    out.write(codes - 1 - (1 << power), power);
    out.write(0, 1); // no runs of zeros
    int[] counts = new int[codes];
    for (int one : histograms.map()) {
      counts[one]++;
    }
    PrefixCode code = PrefixCode.of(counts);
    code.describe(out);
    for (int one : histograms.map()) {
      code.write(one, out);
    }
    out.write(0, 1); // as they are, not by when they came last
  }

  private List<PrefixCode> codes(List<int[]> counts) {
    List<PrefixCode> codes = new ArrayList<>();
    for (int[] one : counts) {
      PrefixCode code = PrefixCode.of(one);
      code.describe(out);
      codes.add(code);
    }
    return codes;
  }

  /** What of the two bytes before decides the code of a byte. */
  private enum Context {
    LOW_BITS(0),
    HIGH_BITS(1),
    SIGNED(3);

    private final int id;

    Context(int id) {
      this.id = id;
    }

    int at(byte[] data, int i) {
      int one = i > 0 ? data[i - 1] & 0xFF : 0;
      int two = i > 1 ? data[i - 2] & 0xFF : 0;
      return switch (this) {
        case LOW_BITS -> one & 63;
        case HIGH_BITS -> one >> 2;
        case SIGNED -> 8 * magnitude(one) + magnitude(two);
      };
    }

    private static int magnitude(int b) {
      return b == 0
          ? 0
          : b < 16 ? 1 : b < 64 ? 2 : b < 128 ? 3 : b < 192 ? 4 : b < 240 ? 5 : b < 255 ? 6 : 7;
    }
  }
}
