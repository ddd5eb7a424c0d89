package dev.litegraft.model;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Embedding;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model in two parts, as LiteRT-LM runs embedders: one gives a token its row of the table of
 * words, the other makes a vector of the rows of a text.
 *
 * <p>Source: what LiteRT-LM 0.17.1 looks for: signatures that begin with {@code encoder}, inputs
 * whose names hold {@code embeddings} (f32 [1, t, d]) and {@code input_mask} (f32 [1, t]).
 */
public final class EncoderGraphs {
  private static final String ROWS = "embeddings";
  private static final String MASK = "input_mask";
  private static final String PREFIX = "encoder_";

  /**
   * Both parts in f32.
   *
   * @param embedder token i32 [1] to its row [1, 1, d]
   * @param encoders one a length
   */
  public record Parts(Graph embedder, List<Graph> encoders) {
    public Parts {
      encoders = List.copyOf(encoders);
    }
  }

  private final Model model;
  private final Signatures signatures;
  private final Map<String, Value> constants = new HashMap<>();
  private @Nullable Embedding words;

  /**
   * @param signatures with static lengths
   */
  public EncoderGraphs(Model model, Signatures signatures) {
    this.model = model;
    this.signatures = signatures;
  }

  /** Builds them. */
  public Parts build() {
    int longest = signatures.lengths().stream().mapToInt(i -> i).max().orElseThrow();
    List<Graph> encoders = new ArrayList<>();
    for (int tokens : signatures.lengths()) {
      encoders.add(Fit.required(model.config(), () -> encoder(tokens, longest)));
    }
    Embedding table = words;
    if (table == null) {
      throw new IllegalStateException("a pass without words was not refused");
    }
    return new Parts(Fit.required(model.config(), () -> embedder(table)), encoders);
  }

  private Graph encoder(int tokens, int longest) {
    GraphBuilder builder = new GraphBuilder(constants);
    EdgeLayers layers = new EdgeLayers(builder, new EdgeLayout(tokens, longest, signatures.qkv()));
    Value attended = builder.input(MASK, DType.F32, Shape.of(1, tokens));
    builder.scope("inputs");
    // As many as there are tokens, which is all that may be asked of them.
    Value ids = builder.cast(attended, DType.I32);
    EncoderLayers f =
        new EncoderLayers(
            layers,
            new EncoderLayers.Given(
                ids,
                attended,
                table ->
                    builder.input(
                        ROWS, DType.F32, Shape.of(1, tokens, table.weight().shape().last())),
                model.padding().padToken(),
                model.config().where()));
    Value answer = model.answer(f, model.inputs(ids, attended, Optional.empty()));
    words = f.words();
    Map<String, Value> outputs = new LinkedHashMap<>();
    Value flat = builder.reshape(answer, Shape.of(1, answer.shape().last()));
    outputs.put("embedding", builder.named(flat, "embedding"));
    return builder.build(PREFIX + tokens, outputs);
  }

  private static Graph embedder(Embedding table) {
    GraphBuilder builder = new GraphBuilder(new HashMap<>());
    Value token = builder.input("token", DType.I32, Shape.of(1));
    builder.scope(table.name());
    Value weight = builder.constant(table.name() + ".weight", table.weight(), PlainStorage.F32);
    Value row = builder.embeddingLookup(token, weight);
    int width = row.shape().last();
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(ROWS, builder.named(builder.reshape(row, Shape.of(1, 1, width)), ROWS));
    return builder.build("embed", outputs);
  }
}
