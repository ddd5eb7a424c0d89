package dev.litegraft.model;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.PartedLayers;
import dev.litegraft.tensor.TensorData;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Layers of a forward pass that is given the rows of its tokens in the place of their ids: the
 * look-up is done elsewhere, and what else is asked of ids must not depend on which they are.
 */
final class EncoderLayers extends PartedLayers<Value> {
  /**
   * What is known of the ids.
   *
   * @param ids as many as there are tokens; which ones is not known
   * @param attended 1 for tokens, 0 for padding
   * @param rows makes the input with the rows of a table
   * @param pad the token that fills rows up
   * @param where the folder, for messages
   */
  record Given(
      Value ids, Value attended, Function<Embedding, Value> rows, OptionalInt pad, String where) {}

  private final Given given;
  private @Nullable Embedding words;

  EncoderLayers(EdgeLayers layers, Given given) {
    super(layers, layers, layers);
    this.given = given;
  }

  /** The table of which the rows are. */
  Embedding words() {
    if (words == null) {
      throw refused("looks up no rows of its tokens");
    }
    return words;
  }

  @Override
  public Value embedding(Value index, Embedding table) {
    if (index != given.ids()) {
      return super.embedding(index, table);
    }
    if (words != null) {
      throw refused("looks its tokens up in two tables, " + words.name() + " and " + table.name());
    }
    words = table;
    return given.rows().apply(table);
  }

  /** Of positions that are counted from the pad token: only padding is one. */
  @Override
  public Value differs(Value ids, int id) {
    if (ids == given.ids() && (given.pad().isPresent() && given.pad().getAsInt() != id)) {
      throw refused("asks where token " + id + " is");
    }
    return ids == given.ids() ? given.attended() : super.differs(ids, id);
  }

  @Override
  public Value lookUp(Value index, TensorData list) {
    return super.lookUp(read(index), list);
  }

  @Override
  public Value affine(Value x, double factor, double offset) {
    return super.affine(read(x), factor, offset);
  }

  @Override
  public Value add(Value a, Value b) {
    return super.add(read(a), read(b));
  }

  @Override
  public Value multiply(Value a, Value b) {
    return super.multiply(read(a), read(b));
  }

  @Override
  public Value column(Value x) {
    return super.column(read(x));
  }

  private Value read(Value x) {
    if (x == given.ids()) {
      throw refused("computes with the ids of its tokens");
    }
    return x;
  }

  private InvalidRequestException refused(String what) {
    return new InvalidRequestException(
        "the model " + what + ", and LiteRT-LM gives it the rows of one table alone",
        given.where(),
        "convert it for another program: --for web or android");
  }
}
