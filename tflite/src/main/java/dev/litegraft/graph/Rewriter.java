package dev.litegraft.graph;

import java.util.List;
import java.util.function.UnaryOperator;

/** The same operator reading and making other values. */
final class Rewriter implements Op.Visitor<Op> {
  private final UnaryOperator<Value> to;
  private final UnaryOperator<Value> out;

  /**
   * @param to what is read instead of a value
   * @param out what is made instead of a value
   */
  Rewriter(UnaryOperator<Value> to, UnaryOperator<Value> out) {
    this.to = to;
    this.out = out;
  }

  @Override
  public Op unary(Op.Unary op) {
    return new Op.Unary(op.kind(), to.apply(op.x()), out.apply(op.output()));
  }

  @Override
  public Op binary(Op.Binary op) {
    return new Op.Binary(op.kind(), to.apply(op.a()), to.apply(op.b()), out.apply(op.output()));
  }

  @Override
  public Op reduce(Op.Reduce op) {
    return new Op.Reduce(op.kind(), to.apply(op.x()), op.axis(), out.apply(op.output()));
  }

  @Override
  public Op gelu(Op.Gelu op) {
    return new Op.Gelu(op.approximate(), to.apply(op.x()), out.apply(op.output()));
  }

  @Override
  public Op softmax(Op.Softmax op) {
    return new Op.Softmax(to.apply(op.x()), out.apply(op.output()));
  }

  @Override
  public Op fullyConnected(Op.FullyConnected op) {
    return new Op.FullyConnected(
        to.apply(op.x()), to.apply(op.weight()), op.bias().map(to), out.apply(op.output()));
  }

  @Override
  public Op batchMatMul(Op.BatchMatMul op) {
    return new Op.BatchMatMul(
        to.apply(op.a()), to.apply(op.b()), op.transposeB(), out.apply(op.output()));
  }

  @Override
  public Op embeddingLookup(MoveOp.EmbeddingLookup op) {
    return new MoveOp.EmbeddingLookup(
        to.apply(op.ids()), to.apply(op.table()), out.apply(op.output()));
  }

  @Override
  public Op gather(MoveOp.Gather op) {
    return new MoveOp.Gather(to.apply(op.x()), to.apply(op.indices()), out.apply(op.output()));
  }

  @Override
  public Op cumsum(Op.Cumsum op) {
    return new Op.Cumsum(to.apply(op.x()), op.axis(), op.exclusive(), out.apply(op.output()));
  }

  @Override
  public Op cast(MoveOp.Cast op) {
    return new MoveOp.Cast(to.apply(op.x()), out.apply(op.output()));
  }

  @Override
  public Op shapeOf(MoveOp.ShapeOf op) {
    return new MoveOp.ShapeOf(to.apply(op.x()), out.apply(op.output()));
  }

  @Override
  public Op reshape(MoveOp.Reshape op) {
    return new MoveOp.Reshape(to.apply(op.x()), op.dims().map(to), out.apply(op.output()));
  }

  @Override
  public Op transpose(MoveOp.Transpose op) {
    return new MoveOp.Transpose(to.apply(op.x()), op.permutation(), out.apply(op.output()));
  }

  @Override
  public Op stridedSlice(MoveOp.StridedSlice op) {
    return new MoveOp.StridedSlice(
        to.apply(op.x()), op.axis(), op.begin(), op.size(), out.apply(op.output()));
  }

  @Override
  public Op concatenation(MoveOp.Concatenation op) {
    List<Value> parts = op.parts().stream().map(to).toList();
    return new MoveOp.Concatenation(parts, op.axis(), out.apply(op.output()));
  }

  @Override
  public Op dequantize(Op.Dequantize op) {
    return new Op.Dequantize(to.apply(op.x()), out.apply(op.output()));
  }

  @Override
  public Op quantize(Op.Quantize op) {
    return new Op.Quantize(to.apply(op.x()), out.apply(op.output()));
  }
}
