package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.tensor.ChangedNumbers;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Weights whose query, key and value rows stand in another order: as if a fused projection had been
 * written in one order and read in another.
 *
 * @param root the checkpoint's own, from its root
 * @param names what the family calls the modules
 * @param heads query heads, h
 * @param shared key/value heads, k
 * @param width of a head, e
 * @param order row i of the fused matrix that is used, for every i; the checkpoint's is [Q…, K…,
 *     V…]
 */
record QkvOrder(
    Weights root, ModuleNames names, int heads, int shared, int width, List<Integer> order)
    implements Weights.Reading {
  /** Written [Q…, K…, V…], read as one [q…, k, v] after the other for every key/value head. */
  static Optional<Weights> readInterleaved(Names names, Weights to) {
    return of(names, to).map(plain -> plain.with(plain.inverse(plain.interleaved())));
  }

  /** Written as one [q…, k, v] after the other for every key/value head, read as [Q…, K…, V…]. */
  static Optional<Weights> writtenInterleaved(Names names, Weights to) {
    return of(names, to).map(plain -> plain.with(plain.interleaved()));
  }

  /** Keys and values exchanged. */
  static Optional<Weights> keysAsValues(Names names, Weights to) {
    return of(names, to)
        .map(
            plain -> {
              int q = plain.heads * plain.width;
              int kv = plain.shared * plain.width;
              Integer[] rows = new Integer[q + 2 * kv];
              Arrays.setAll(rows, i -> i < q ? i : i < q + kv ? i + kv : i - kv);
              return plain.with(List.of(rows));
            });
  }

  /**
   * The query heads that share a key/value head stand {@code k} apart instead of side by side, or
   * the other way round; only where heads are shared.
   */
  static Optional<Weights> queriesApart(Names names, Weights to, boolean apart) {
    return of(names, to)
        .filter(plain -> plain.heads != plain.shared && plain.shared != 1)
        .map(
            plain -> {
              int group = plain.heads / plain.shared;
              List<Integer> rows = new ArrayList<>();
              for (int i = 0; i < plain.heads; i++) {
                plain.block(
                    rows,
                    apart
                        ? i % plain.shared * group + i / plain.shared
                        : i % group * plain.shared + i / group);
              }
              for (int i = 0; i < 2 * plain.shared; i++) {
                plain.block(rows, plain.heads + i);
              }
              return plain.with(rows);
            });
  }

  /** Queries and keys exchanged; only where there are as many of both. */
  static Optional<Weights> queriesAsKeys(Names names, Weights to) {
    return of(names, to)
        .filter(plain -> plain.heads == plain.shared)
        .map(
            plain -> {
              int q = plain.heads * plain.width;
              Integer[] rows = new Integer[3 * q];
              Arrays.setAll(rows, i -> i < q ? i + q : i < 2 * q ? i - q : i);
              return plain.with(List.of(rows));
            });
  }

  private static Optional<QkvOrder> of(Names names, Weights to) {
    return names
        .heads()
        .flatMap(
            heads ->
                names
                    .sharedHeads()
                    .flatMap(
                        shared ->
                            names
                                .headWidth()
                                .map(
                                    e ->
                                        new QkvOrder(
                                            to, names.modules(), heads, shared, e, List.of()))));
  }

  private Weights with(List<Integer> rows) {
    return root.readBy(new QkvOrder(root, names, heads, shared, width, rows));
  }

  /** The rows of [Q…, K…, V…] in the order [q…, k, v] a key/value head. */
  private List<Integer> interleaved() {
    int group = heads / shared;
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < shared; i++) {
      for (int j = 0; j < group; j++) {
        block(rows, i * group + j);
      }
      block(rows, heads + i);
      block(rows, heads + shared + i);
    }
    return rows;
  }

  private void block(List<Integer> rows, int head) {
    for (int i = 0; i < width; i++) {
      rows.add(head * width + i);
    }
  }

  private List<Integer> inverse(List<Integer> permutation) {
    Integer[] inverse = new Integer[permutation.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation.get(i)] = i;
    }
    return List.of(inverse);
  }

  @Override
  public TensorData tensor(Weights folder, String name, int[] dims) {
    TensorData own = folder.tensor(name, dims);
    String path = folder.path();
    if (names.fused().isPresent()) {
      return path.endsWith("." + names.fused().get()) ? reordered(own) : own;
    }
    List<String> triple = List.of(names.query(), names.key(), names.value());
    for (int part = 0; part < 3; part++) {
      if (path.endsWith("." + triple.get(part))) {
        return reordered(own, path, triple, part, name, dims);
      }
    }
    return own;
  }

  /** Of a tensor that is fused already, stored by outputs or, as in GPT-2, by inputs. */
  private TensorData reordered(TensorData own) {
    int[] rows = order.stream().mapToInt(Integer::intValue).toArray();
    return own.shape().dim(0) == rows.length ? TensorViews.rows(own, rows) : new Columns(own, rows);
  }

  /** A matrix with its columns in another order; whole rows are read. */
  private record Columns(TensorData source, int[] order) implements ChangedNumbers {
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      int width = order.length;
      float[] row = new float[width];
      long held = -1;
      for (int i = 0; i < count; i++) {
        long begin = (from + i) / width * width;
        if (begin != held) {
          source.read(begin, row, 0, width);
          held = begin;
        }
        out[at + i] = row[order[(int) ((from + i) % width)]];
      }
    }
  }

  private TensorData reordered(
      TensorData own, String path, List<String> triple, int part, String name, int[] dims) {
    int[] counts = {heads * width, shared * width, shared * width};
    List<TensorData> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] shape = dims.clone();
      shape[0] = counts[i];
      all.add(i == part ? own : sibling(path, triple.get(part), triple.get(i)).tensor(name, shape));
    }
    int begin = part == 0 ? 0 : part == 1 ? counts[0] : counts[0] + counts[1];
    int[] rows =
        order.subList(begin, begin + counts[part]).stream().mapToInt(Integer::intValue).toArray();
    return TensorViews.rows(TensorViews.concatenated(own.name(), all), rows);
  }

  /**
   * The module beside this one: found from the root, since a folder does not know what is above it.
   */
  private Weights sibling(String path, String own, String other) {
    String[] parts = path.split("\\.", -1);
    Weights at = root;
    for (int i = 0; i < parts.length - 1; i++) {
      at = at.at(parts[i]);
    }
    if (!parts[parts.length - 1].equals(own)) {
      throw new IllegalStateException(path + " does not end with " + own);
    }
    return at.at(other);
  }
}
