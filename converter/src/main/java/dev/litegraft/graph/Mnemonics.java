package dev.litegraft.graph;

/** Every operator's name in TFLite. */
final class Mnemonics implements Op.Visitor<String> {
  static final Mnemonics INSTANCE = new Mnemonics();

  private Mnemonics() {}

  @Override
  public String unary(Op.Unary op) {
    return op.kind().name();
  }

  @Override
  public String binary(Op.Binary op) {
    return op.kind().name();
  }

  @Override
  public String reduce(Op.Reduce op) {
    return op.kind().name();
  }

  @Override
  public String gelu(Op.Gelu op) {
    return "GELU";
  }

  @Override
  public String softmax(Op.Softmax op) {
    return "SOFTMAX";
  }

  @Override
  public String fullyConnected(Op.FullyConnected op) {
    return "FULLY_CONNECTED";
  }

  @Override
  public String batchMatMul(Op.BatchMatMul op) {
    return "BATCH_MATMUL";
  }

  @Override
  public String embeddingLookup(Op.EmbeddingLookup op) {
    return "EMBEDDING_LOOKUP";
  }

  @Override
  public String gather(Op.Gather op) {
    return "GATHER";
  }

  @Override
  public String cumsum(Op.Cumsum op) {
    return "CUMSUM";
  }

  @Override
  public String cast(Op.Cast op) {
    return "CAST";
  }

  @Override
  public String shapeOf(Op.ShapeOf op) {
    return "SHAPE";
  }

  @Override
  public String reshape(Op.Reshape op) {
    return "RESHAPE";
  }

  @Override
  public String transpose(Op.Transpose op) {
    return "TRANSPOSE";
  }

  @Override
  public String stridedSlice(Op.StridedSlice op) {
    return "STRIDED_SLICE";
  }

  @Override
  public String concatenation(Op.Concatenation op) {
    return "CONCATENATION";
  }

  @Override
  public String dequantize(Op.Dequantize op) {
    return "DEQUANTIZE";
  }
}
