package dev.litegraft.layer;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op.ReduceKind;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What distances between tokens add to scores, in the edge graph.
 *
 * <p>Scores by distance, [g, t, 2t + 1], become scores by key, [g, t, t], because of what stands
 * next to what: column j − i + t of row i is number t · (2 · i + 1) + j of its head. In rows of t
 * numbers, every other row is therefore a row of scores by key.
 */
final class EdgeDistances implements Distances<Value> {
  private static final String SCOPE = "relative_positions";

  private final GraphBuilder graph;
  private final EdgeLayout layout;
  private final EdgeAcrossTokens across;
  private final Map<HeadIndex, Value> headIndices = new HashMap<>();
  private final Map<RowTable, TurnedRows> turned = new HashMap<>();
  private final Map<Integer, Value> wantedRows = new HashMap<>();
  private Optional<Value> positions = Optional.empty();
  private Optional<Value> rowsOfTokens = Optional.empty();

  /** Which rows are looked up in each head's part of a table. */
  private record HeadIndex(Value row, int heads, int rows) {}

  EdgeDistances(GraphBuilder graph, EdgeLayout layout, EdgeAcrossTokens across) {
    this.graph = graph;
    this.layout = layout;
    this.across = across;
  }

  /** Distances are the same for all texts, but for those from a token that each text has. */
  private void requireSameForAll(Value distances) {
    if (distances.shape().dim(0) > 1) {
      throw new InvalidRequestException(
          "the model counts distances for each text anew, for which a graph takes one text at a"
              + " time, not "
              + layout.texts(),
          "--batch",
          "leave it out for this model");
    }
  }

  @Override
  public int longest(Value ids) {
    return layout.maxLength();
  }

  @Override
  public Value relativePositions(Value ids) {
    Value position = graph.slice(across.positions(ids), 0, 0, 1); // [1, t], for all texts
    positions = Optional.of(position);
    graph.scope(SCOPE);
    Value end = length(position);
    return graph.concatenation(List.of(graph.sub(position, end), position, end), 1);
  }

  @Override
  public Value positionsFrom(Value each, Value picked) {
    requireSameForAll(each);
    Value column = graph.reshape(each, Shape.of(1, each.shape().dim(1), 1));
    Value own = graph.batchMatMul(picked, column, false); // [1, 1, 1]
    return graph.sub(each, graph.reshape(own, Shape.of(1, 1)));
  }

  /** How many tokens there are: [1, 1]. */
  private Value length(Value position) {
    return graph.add(graph.reduce(ReduceKind.REDUCE_MAX, position, 1), graph.scalar(1));
  }

  /** One look-up, in a table that is computed when it is written. */
  @Override
  public Value headRows(Value index, List<RowTable> tables, int heads) {
    requireSameForAll(index);
    int width = tables.get(0).width() / heads;
    int count = tables.size() * heads;
    int rows = tables.get(0).rows().weight().shape().dim(0);
    String name = name(tables);
    ProjectedRows numbers =
        new ProjectedRows(source(tables), tables.stream().map(this::part).toList(), heads, width);
    Value table = graph.constant(name, numbers, PlainStorage.F32);
    Value flat = headIndices.computeIfAbsent(new HeadIndex(index, count, rows), this::flat);
    graph.scope(name.substring(0, name.lastIndexOf('.')));
    Value found = graph.embeddingLookup(flat, table);
    return graph.reshape(found, Shape.of(1, count, index.shape().dim(1), width));
  }

  /** For messages: {@code encoder.rel_embeddings through layer.0.attention.self.key_proj}. */
  private static String source(List<RowTable> tables) {
    return tables.stream()
        .map(t -> t.rows().name() + t.projection().map(p -> " through " + p.name()).orElse(""))
        .collect(Collectors.joining(" and "));
  }

  private static String name(List<RowTable> tables) {
    RowTable first = tables.get(0);
    String module = first.projection().map(Linear::name).orElse(first.rows().name());
    String own = first.rows().name().substring(first.rows().name().lastIndexOf('.') + 1);
    return module.substring(0, module.lastIndexOf('.') + 1) + own + ".heads";
  }

  private ProjectedRows.Part part(RowTable table) {
    RowTable source = new RowTable(table.rows(), table.norm(), Optional.empty());
    TurnedRows rows =
        turned.computeIfAbsent(source, s -> new TurnedRows(s.rows().weight(), s.norm()));
    return new ProjectedRows.Part(rows, table.projection());
  }

  /** Row r of each head: i32 [heads · n] of [1, n]. */
  private Value flat(HeadIndex index) {
    graph.scope(SCOPE);
    String name = "head_rows/" + index.heads + "x" + index.rows;
    Value begins = column(name, index.heads, index.rows);
    Value all = graph.cast(graph.add(index.row, begins), DType.I32); // [heads, n]
    return graph.reshape(all, Shape.of(index.heads * index.row.shape().dim(1)));
  }

  /** 0, step, 2 · step …: [count, 1]. */
  private Value column(String name, int count, int step) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) i * step;
    }
    return graph.constant(
        name, TensorViews.of(name, Shape.of(count, 1), numbers), PlainStorage.F32);
  }

  /**
   * Queries and keys apart: what one of them makes of the distances is still near when it is moved.
   */
  @Override
  public Value relativeScores(Optional<Value> query, Optional<Value> key, Value rows) {
    int groups = rows.shape().dim(1);
    int each = query.isPresent() && key.isPresent() ? groups / 2 : groups;
    return sum(
        query.map(q -> byKey(q, graph.slice(rows, 1, 0, each))),
        key.map(k -> byKey(k, graph.slice(rows, 1, groups - each, each)))
            .map(scores -> graph.transpose(scores, 0, 1, 3, 2)));
  }

  /** [b, h, t, e] and [1, h or 1, 2t + 1, e] to [b, h, t, t]. */
  private Value byKey(Value content, Value rows) {
    int h = content.shape().dim(1);
    int t = content.shape().dim(2);
    Value byDistance = graph.batchMatMul(content, rows, true); // [b, h, t, 2t + 1]
    return t > 0 ? skewed(byDistance, h, t) : gathered(byDistance, h, t);
  }

  @Override
  public Value relativeScoresOfOne(Optional<Value> query, Optional<Value> key, Value rows) {
    int groups = rows.shape().dim(1);
    int each = query.isPresent() && key.isPresent() ? groups / 2 : groups;
    return sum(
        query.map(q -> graph.batchMatMul(q, graph.slice(rows, 1, 0, each), true)),
        key.map(k -> products(k, graph.slice(rows, 1, groups - each, each))));
  }

  /** Each key with its own row: [1, h, t, e] to [1, h, 1, t]. */
  private Value products(Value key, Value rows) {
    Value sums = graph.reduce(ReduceKind.SUM, graph.mul(key, rows), 3);
    return graph.reshape(sums, Shape.of(1, key.shape().dim(1), 1, key.shape().dim(2)));
  }

  private Value sum(Optional<Value> a, Optional<Value> b) {
    return a.map(x -> b.map(y -> graph.add(x, y)).orElse(x)).or(() -> b).orElseThrow();
  }

  /** Of a known number of tokens: [1, heads, t, 2t + 1] to [1, heads, t, t]. */
  private Value skewed(Value byDistance, int heads, int t) {
    Value flat = graph.reshape(byDistance, Shape.of(1, heads, t * (2 * t + 1)));
    Value pairs = graph.reshape(graph.slice(flat, 2, t, 2 * t * t), Shape.of(1, heads, t, 2 * t));
    return graph.slice(pairs, 3, 0, t);
  }

  /**
   * Of any number of tokens: [b, heads, t, 2t + 1] to [b, heads, t, t]. The new shape has two
   * unknown dimensions, which XNNPACK does not take; nothing is moved for it.
   */
  private Value gathered(Value byDistance, int heads, int t) {
    Value dims = rowsOfTokens.orElseGet(this::rowsOfTokens);
    int all = byDistance.shape().dim(0) * heads;
    Value rows = graph.reshape(byDistance, dims, Shape.of(all * (2 * t + 1), t));
    Value wanted = wantedRows.computeIfAbsent(all, n -> wantedRows(n / heads, heads));
    return graph.gather(rows, wanted);
  }

  /** i32 [−1, t]. */
  private Value rowsOfTokens() {
    graph.scope(SCOPE);
    Value position = positions.orElseThrow(); // there are no scores without distances
    Value vector = graph.reshape(position, Shape.of(position.shape().dim(1)));
    Value any =
        graph.constant("inferred", TensorViews.of("inferred", Shape.of(1), -1), PlainStorage.I32);
    Value dims = graph.concatenation(List.of(any, graph.shapeOf(vector)), 0);
    rowsOfTokens = Optional.of(dims);
    return dims;
  }

  /** Rows 1, 3 … 2t − 1 of the 2t + 1 that each head of each text has: i32 [b, heads, t]. */
  private Value wantedRows(int texts, int heads) {
    graph.scope(SCOPE);
    Value position = positions.orElseThrow();
    Value perHead = graph.add(graph.mul(length(position), graph.scalar(2)), graph.scalar(1));
    int all = texts * heads;
    Value begins = graph.mul(column("heads/" + all, all, 1), perHead); // [b · heads, 1]
    Value odd = graph.add(graph.mul(position, graph.scalar(2)), graph.scalar(1)); // [1, t]
    Shape shape = Shape.of(texts, heads, position.shape().dim(1));
    return graph.cast(graph.reshape(graph.add(begins, odd), shape), DType.I32);
  }
}
