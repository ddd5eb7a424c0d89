package dev.litegraft.tokenizer;

import java.util.Arrays;

/** The symbols of one word while they are joined, as a list that is linked both ways. */
final class Symbols {
  private static final int GONE = 0;

  private final Tokens.Scratch scratch;
  private int[] ids;
  private int[] lengths; // in bytes; 0 for a symbol that was joined to the one before it
  private int[] nexts;
  private int[] previous;
  int count;
  private int remaining;

  Symbols(Tokens.Scratch scratch, int expected) {
    this.scratch = scratch;
    scratch.room(expected);
    take();
  }

  private void take() {
    ids = scratch.ints;
    lengths = scratch.lengths;
    nexts = scratch.nexts;
    previous = scratch.previous;
  }

  void add(int id, int length) {
    if (count == ids.length) {
      int room = count * 2;
      scratch.ints = Arrays.copyOf(ids, room);
      scratch.lengths = Arrays.copyOf(lengths, room);
      scratch.nexts = Arrays.copyOf(nexts, room);
      scratch.previous = Arrays.copyOf(previous, room);
      take();
    }
    ids[count] = id;
    lengths[count] = length;
    previous[count] = count - 1;
    nexts[count] = -1;
    if (count > 0) {
      nexts[count - 1] = count;
    }
    count++;
    remaining = count;
  }

  int remaining() {
    return remaining;
  }

  int first() {
    return count == 0 ? -1 : 0;
  }

  int next(int symbol) {
    return nexts[symbol];
  }

  int id(int symbol) {
    return ids[symbol];
  }

  int length(int symbol) {
    return lengths[symbol];
  }

  /** Joins by looking for the best pair each time. */
  void mergeShort(Merges merges) {
    int[] ranks = new int[count];
    int[] joined = new int[count];
    for (int i = 0; i + 1 < count; i++) {
      rate(merges, i, ranks, joined);
    }
    while (remaining > 1) {
      int best = -1;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; nexts[i] >= 0; i = nexts[i]) {
        if (ranks[i] < bestRank) {
          bestRank = ranks[i];
          best = i;
        }
      }
      if (best < 0) {
        return;
      }
      join(best, joined[best]);
      if (nexts[best] >= 0) {
        rate(merges, best, ranks, joined);
      }
      if (previous[best] >= 0) {
        rate(merges, previous[best], ranks, joined);
      }
    }
  }

  private void rate(Merges merges, int symbol, int[] ranks, int[] joined) {
    int place = merges.find(ids[symbol], ids[nexts[symbol]]);
    ranks[symbol] = place < 0 ? Integer.MAX_VALUE : merges.rank(place);
    joined[symbol] = place < 0 ? 0 : merges.joined(place);
  }

  private void join(int symbol, int id) {
    int right = nexts[symbol];
    ids[symbol] = id;
    lengths[symbol] += lengths[right];
    nexts[symbol] = nexts[right];
    lengths[right] = GONE;
    if (nexts[symbol] >= 0) {
      previous[nexts[symbol]] = symbol;
    }
    remaining--;
  }

  /** Joins with the best pairs in a heap, by rank and then by place. */
  void mergeLong(Merges merges) {
    LongHeap heap = new LongHeap(count);
    for (int i = 0; i + 1 < count; i++) {
      push(merges, i, heap);
    }
    while (heap.size > 0) {
      long top = heap.pop();
      int symbol = (int) top;
      if (lengths[symbol] == GONE || nexts[symbol] < 0) {
        continue;
      }
      int place = merges.find(ids[symbol], ids[nexts[symbol]]);
      if (place < 0 || merges.rank(place) != (int) (top >>> 32)) {
        continue; // the pair was there once
      }
      join(symbol, merges.joined(place));
      if (nexts[symbol] >= 0) {
        push(merges, symbol, heap);
      }
      if (previous[symbol] >= 0) {
        push(merges, previous[symbol], heap);
      }
    }
  }

  private void push(Merges merges, int symbol, LongHeap heap) {
    int place = merges.find(ids[symbol], ids[nexts[symbol]]);
    if (place >= 0) {
      heap.push(((long) merges.rank(place) << 32) | symbol);
    }
  }

  /** The least of many longs. */
  private static final class LongHeap {
    private long[] heap;
    int size;

    LongHeap(int room) {
      heap = new long[room + 1];
    }

    void push(long value) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      int at = size++;
      while (at > 0 && heap[(at - 1) >> 1] > value) {
        heap[at] = heap[(at - 1) >> 1];
        at = (at - 1) >> 1;
      }
      heap[at] = value;
    }

    long pop() {
      long top = heap[0];
      long last = heap[--size];
      int at = 0;
      while (2 * at + 1 < size) {
        int child = 2 * at + 1;
        if (child + 1 < size && heap[child + 1] < heap[child]) {
          child++;
        }
        if (heap[child] >= last) {
          break;
        }
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = last;
      return top;
    }
  }
}
