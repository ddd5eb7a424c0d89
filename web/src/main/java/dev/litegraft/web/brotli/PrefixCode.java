package dev.litegraft.web.brotli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** A prefix code for an alphabet, after how often each symbol occurs. Source: RFC 7932, 3. */
final class PrefixCode {
  private static final int LONGEST = 15;

  /** The longest code of a length, where a code's lengths are told. */
  private static final int LONGEST_OF_LENGTHS = 5;

  /** In this order the codes of the lengths are told. */
  private static final int[] ORDER = {1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  /** How a length of 0 to 5 is said there: bits, and how many. */
  private static final int[][] LENGTH_BITS = {{0, 2}, {7, 4}, {3, 3}, {2, 2}, {1, 2}, {15, 4}};

  /** "The length before, some times more", and "zero, some times". */
  private static final int AGAIN = 16;

  private static final int ZEROS = 17;
  private static final int SHORTEST_RUN = 3;

  private final int[] used;
  private final int[] lengths;
  private final int[] codes;

  private PrefixCode(int[] counts, int longest) {
    int[] found = IntStream.range(0, counts.length).filter(i -> counts[i] > 0).toArray();
    used = found.length == 0 ? new int[1] : found;
    lengths = lengths(counts, used, longest);
    codes = codes(lengths);
  }

  /** Codes of at most 15 bits; a symbol that is alone takes none. */
  static PrefixCode of(int[] counts) {
    return new PrefixCode(counts, LONGEST);
  }

  void write(int symbol, BitWriter out) {
    out.write(codes[symbol], lengths[symbol]);
  }

  /** Huffman's lengths; where one is too long, rare symbols are counted for less rare. */
  private static int[] lengths(int[] counts, int[] used, int longest) {
    int[] lengths = new int[counts.length];
    if (used.length < 2) {
      return lengths;
    }
    for (int least = 1; ; least *= 2) {
      record Node(long count, int place, int left, int right) {}
      List<Node> nodes = new ArrayList<>();
      PriorityQueue<Node> queue =
          new PriorityQueue<>(Comparator.comparingLong(Node::count).thenComparingInt(Node::place));
      for (int symbol : used) {
        nodes.add(new Node(Math.max(counts[symbol], least), nodes.size(), -1, -1));
      }
      queue.addAll(nodes);
      while (queue.size() > 1) {
        Node a = queue.remove();
        Node b = queue.remove();
        Node both = new Node(a.count + b.count, nodes.size(), a.place, b.place);
        nodes.add(both);
        queue.add(both);
      }
      int[] depths = new int[nodes.size()];
      int deepest = 0;
      for (int place = nodes.size() - 1; place >= 0; place--) {
        Node node = nodes.get(place);
        if (node.left >= 0) {
          depths[node.left] = depths[place] + 1;
          depths[node.right] = depths[place] + 1;
        } else {
          lengths[used[place]] = depths[place];
          deepest = Math.max(deepest, depths[place]);
        }
      }
      if (deepest <= longest) {
        return lengths;
      }
    }
  }

  /** Of one length in the order of the symbols; they are read from their highest bit. */
  private static int[] codes(int[] lengths) {
    int[] codes = new int[lengths.length];
    int next = 0;
    for (int length = 1; length <= LONGEST; length++) {
      next <<= 1;
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          codes[symbol] = Integer.reverse(next++) >>> (Integer.SIZE - length);
        }
      }
    }
    return codes;
  }

  /** Tells the code itself. */
  void describe(BitWriter out) {
    if (used.length <= 2) {
      out.write(1, 2);
      out.write(used.length - 1, 2);
      for (int symbol : used) {
        out.write(symbol, Integer.SIZE - Integer.numberOfLeadingZeros(lengths.length - 1));
      }
      return;
    }
    List<int[]> told = told();
    int[] counts = new int[ORDER.length];
    told.forEach(one -> counts[one[0]]++);
    PrefixCode code = new PrefixCode(counts, LONGEST_OF_LENGTHS);
    int skipped = code.lengths[ORDER[0]] > 0 || code.lengths[ORDER[1]] > 0 ? 0 : 2;
    if (skipped == 2 && code.lengths[ORDER[2]] == 0) {
      skipped = 3;
    }
    out.write(skipped, 2);
    int last = ORDER.length - 1;
    while (code.lengths[ORDER[last]] == 0) {
      last--;
    }
    for (int i = skipped; i <= last; i++) {
      int[] bits = LENGTH_BITS[code.lengths[ORDER[i]]];
      out.write(bits[0], bits[1]);
    }
    for (int[] one : told) {
      code.write(one[0], out);
      if (one[0] >= AGAIN) {
        out.write(one[1], one[0] == AGAIN ? 2 : 3);
      }
    }
  }

  /** The lengths up to the last that is not zero; of a run its symbol and its further bits. */
  private List<int[]> told() {
    List<int[]> told = new ArrayList<>();
    int end = used[used.length - 1] + 1;
    for (int i = 0; i < end; ) {
      int length = lengths[i];
      int begin = i;
      while (i < end && lengths[i] == length) {
        i++;
      }
      int run = i - begin;
      if (length > 0) {
        told.add(new int[] {length, 0});
        run--;
      }
      if (run < SHORTEST_RUN) {
        IntStream.range(0, run).forEach(k -> told.add(new int[] {length, 0}));
      } else {
        repeat(run, length == 0 ? ZEROS : AGAIN, told);
      }
    }
    return told;
  }

  /** A run as digits: each that follows multiplies what was said before. */
  private static void repeat(int run, int symbol, List<int[]> told) {
    int bits = symbol == AGAIN ? 2 : 3;
    int place = told.size();
    for (int left = run - SHORTEST_RUN; left >= 0; left = (left >> bits) - 1) {
      told.add(place, new int[] {symbol, left & ((1 << bits) - 1)});
    }
  }
}
