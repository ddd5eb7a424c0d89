package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfliteWriterTest {
  @TempDir Path folder;

  private Path write(TfliteWriter.Options options, Graph... graphs) throws IOException {
    Path file = folder.resolve("model.tflite");
    TfliteWriter.of(options).write(file, List.of(graphs));
    return file;
  }

  private static TfliteWriter.Options options() {
    return TfliteWriter.Options.of("test");
  }

  private static Graph projection(TensorData weight) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input("x", DType.F32, Shape.of(1, Shape.TOKENS, weight.shape().dim(1)));
    Value w = b.constant("w", weight, PlainStorage.F32);
    return b.build("serving_default", Map.of("y", b.fullyConnected("y", x, w, Optional.empty())));
  }

  @Test
  void everyOperatorComesBackWithItsOptions() throws IOException {
    Path file = write(options(), Graphs.everyOperator());
    try (TfliteReader reader = TfliteReader.open(file)) {
      List<String> lines = new ArrayList<>();
      for (TfliteModel.Operator op : reader.model().subgraphs().get(0).operators()) {
        StringBuilder line = new StringBuilder(op.mnemonic() + " v" + op.version());
        op.options()
            .forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
        lines.add(line.toString());
      }
      assertThat(lines)
          .contains(
              "CAST v1 in_data_type=4 out_data_type=2",
              "CUMSUM v1 exclusive=true reverse=false",
              "GATHER v1 axis=0 batch_dims=0",
              "EMBEDDING_LOOKUP v1",
              "RESHAPE v1 new_shape=[1, -1, 4]",
              "TANH v1",
              "SQUARED_DIFFERENCE v1",
              "MEAN v1 keep_dims=true",
              "GELU v1 approximate=false",
              "SOFTMAX v1 beta=1.0",
              "FULLY_CONNECTED v12 fused_activation_function=0 weights_format=0 keep_num_dims=true"
                  + " asymmetric_quantize_inputs=true quantized_bias_type=0",
              "STRIDED_SLICE v1 begin_mask=3 end_mask=3 ellipsis_mask=0 new_axis_mask=0"
                  + " shrink_axis_mask=0 offset=false",
              "CONCATENATION v1 axis=2 fused_activation_function=0",
              "TRANSPOSE v1",
              "BATCH_MATMUL v1 adj_x=false adj_y=false asymmetric_quantize_inputs=false");
      for (Op.UnaryKind kind : Op.UnaryKind.values()) {
        assertThat(lines).contains(kind.name() + " v1");
      }
      for (Op.BinaryKind kind : Op.BinaryKind.values()) {
        assertThat(lines).anyMatch(line -> line.startsWith(kind.name() + " v1"));
      }
    }
  }

  @Test
  void everyOperandOfAnOperatorComesBack() throws IOException {
    Graph graph = Graphs.everyOperator();
    try (TfliteReader reader = TfliteReader.open(write(options(), graph))) {
      TfliteModel.Subgraph subgraph = reader.model().subgraphs().get(0);
      assertThat(subgraph.operators()).hasSameSizeAs(graph.ops());
      for (int i = 0; i < graph.ops().size(); i++) {
        Op op = graph.ops().get(i);
        TfliteModel.Operator read = subgraph.operators().get(i);
        assertThat(read.mnemonic()).isEqualTo(op.mnemonic());
        for (int j = 0; j < op.inputs().size(); j++) {
          TfliteModel.Tensor tensor = subgraph.tensors().get(read.inputs().get(j));
          assertThat(tensor.name()).isEqualTo(op.inputs().get(j).name());
          assertThat(tensor.type()).isEqualTo(TensorType.of(op.inputs().get(j).dtype()));
        }
        TfliteModel.Tensor output = subgraph.tensors().get(read.outputs().get(0));
        assertThat(output.name()).isEqualTo(op.output().name());
        assertThat(output.shapeSignature())
            .isEqualTo(OperatorEncoder.signature(op.output().shape()));
      }
    }
  }

  @Test
  void aLayerWithoutBiasSaysSo() throws IOException {
    try (TfliteReader reader =
        TfliteReader.open(write(options(), projection(Graphs.numbers("w", 3, 8))))) {
      TfliteModel.Operator op = reader.model().subgraphs().get(0).operators().get(0);
      assertThat(op.inputs()).hasSize(3).endsWith(-1);
      assertThat(op.version()).isEqualTo(6);
    }
  }

  @Test
  void dequantizeOfInt8ByRowIsVersionFive() throws IOException {
    Value w = Value.constant("w", Graphs.numbers("w", 3, 8), SymmetricInt8.PER_CHANNEL);
    Op.Dequantize op = new Op.Dequantize(w, Value.of("w/f32", DType.F32, w.shape()));
    Graph graph = new Graph("serving_default", Map.of(), Map.of("w", op.output()), List.of(op));
    try (TfliteReader reader = TfliteReader.open(write(options(), graph))) {
      assertThat(reader.model().subgraphs().get(0).operators().get(0).version()).isEqualTo(5);
    }
  }

  @Test
  void unknownDimensionsAreInTheSignatureAlone() throws IOException {
    try (TfliteReader reader = TfliteReader.open(write(options(), Graphs.classifier()))) {
      TfliteModel model = reader.model();
      TfliteModel.Signature signature = model.signature("serving_default").orElseThrow();
      TfliteModel.Tensor ids = model.input(signature, "input_ids").orElseThrow();
      assertThat(ids.shape()).containsExactly(1, 1);
      assertThat(ids.shapeSignature()).containsExactly(1, -1);
      assertThat(ids.type()).isEqualTo(TensorType.INT32);
      TfliteModel.Tensor logits = model.output(signature, "logits").orElseThrow();
      assertThat(logits).hasToString(logits.name() + " float32[1, 3]");
      assertThat(logits.isDynamic()).isFalse();
    }
  }

  @Test
  void floatsComeBackBitForBit() throws IOException {
    TensorData weight = Graphs.numbers("w", 300, 1000);
    try (TfliteReader reader = TfliteReader.open(write(options(), projection(weight)))) {
      RawTensorData read = constant(reader, "w");
      assertThat(numbers(read)).isEqualTo(numbers(weight));
      assertThat(read.byteCount()).isEqualTo(1_200_000);
    }
  }

  @Test
  void int8ComesBackAsItWasRounded() throws IOException {
    try (TfliteReader reader = TfliteReader.open(write(options(), Graphs.classifier()))) {
      TensorData source = Graphs.numbers("up", 40, 24);
      ByteBuffer bytes = ByteBuffer.allocate(40 * 24);
      FloatBuffer scales = FloatBuffer.allocate(40);
      SymmetricInt8.PER_CHANNEL.encode(0, numbers(source), 40, 24, bytes, scales);
      RawTensorData read = constant(reader, "up");
      ByteBuffer stored = ByteBuffer.allocate(40 * 24);
      read.readBytes(0, stored);
      assertThat(stored.array()).isEqualTo(bytes.array());
      float[] floats = numbers(read);
      for (int i = 0; i < floats.length; i++) {
        assertThat(floats[i]).isEqualTo(scales.get(i / 24) * bytes.get(i));
      }
      TfliteModel.Quantization quantization = tensor(reader, "up").quantization().orElseThrow();
      assertThat(quantization.scales()).isEqualTo(40);
      assertThat(quantization.zeroPoints()).isEqualTo(40);
      assertThat(quantization.dimension()).isZero();
    }
  }

  @Test
  void storedBytesAreCopiedWhereTheyAreFloats() throws IOException {
    TensorData numbers = Graphs.numbers("w", 600, 700);
    try (TfliteReader reader = TfliteReader.open(write(options(), projection(raw(numbers))))) {
      assertThat(numbers(constant(reader, "w"))).isEqualTo(numbers(numbers));
    }
  }

  @Test
  void everyBufferIsAligned() throws IOException {
    for (long limit : new long[] {TfliteFormat.FLATBUFFER_LIMIT, 0}) {
      Path file = write(options().withLimit(limit), Graphs.classifier());
      try (TfliteReader reader = TfliteReader.open(file)) {
        assertThat(reader.model().buffers().get(0).bytes()).isZero();
        for (TfliteModel.Buffer buffer : reader.model().buffers()) {
          assertThat(buffer.position() % TfliteFormat.ALIGNMENT).isZero();
        }
      }
    }
  }

  @Test
  void theSameGraphsGiveTheSameBytes() throws IOException {
    byte[] one = Files.readAllBytes(write(options().withThreads(1), Graphs.classifier()));
    byte[] four = Files.readAllBytes(write(options().withThreads(4), Graphs.classifier()));
    assertThat(four).isEqualTo(one);
  }

  @Test
  void aFileOfSeveralBlocksHasTheSameBytesWithAnyNumberOfThreads() throws IOException {
    Graph graph = projection(Graphs.numbers("w", 900, 1000));
    byte[] one = Files.readAllBytes(write(options().withThreads(1), graph));
    byte[] three = Files.readAllBytes(write(options().withThreads(3), graph));
    assertThat(three).isEqualTo(one);
  }

  @Test
  void signaturesShareTheirConstants() throws IOException {
    Map<String, Value> constants = new HashMap<>();
    Graph first = Graphs.classifier("serving_default", 128, constants);
    Graph second = Graphs.classifier("tokens_16", 16, constants);
    long alone = Files.size(write(options(), first));
    Path file = write(options(), first, second);
    try (TfliteReader reader = TfliteReader.open(file)) {
      TfliteModel model = reader.model();
      assertThat(model.signatures())
          .extracting(TfliteModel.Signature::key)
          .containsExactly("serving_default", "tokens_16");
      assertThat(model.signatures().get(1).subgraph()).isEqualTo(1);
      assertThat(tensor(reader, "up").buffer())
          .isEqualTo(
              model.subgraphs().get(1).tensors().stream()
                  .filter(t -> t.name().equals("up"))
                  .findFirst()
                  .orElseThrow()
                  .buffer());
      assertThat(Files.size(file)).isLessThan(alone + 4096);
    }
  }

  @Test
  void equalSmallConstantsAreStoredOnceAndNothingIsUnused() throws IOException {
    try (TfliteReader reader = TfliteReader.open(write(options(), Graphs.everyOperator()))) {
      List<TfliteModel.Tensor> tensors = reader.model().subgraphs().get(0).tensors();
      List<byte[]> seen = new ArrayList<>();
      for (TfliteModel.Buffer buffer : reader.model().buffers()) {
        if (buffer.index() > 0) {
          assertThat(tensors).anyMatch(t -> t.buffer() == buffer.index());
          TfliteModel.Tensor tensor =
              tensors.stream().filter(t -> t.buffer() == buffer.index()).findFirst().orElseThrow();
          ByteBuffer bytes = ByteBuffer.allocate((int) buffer.bytes());
          reader.constant(tensor).readBytes(0, bytes);
          assertThat(seen).noneMatch(other -> java.util.Arrays.equals(other, bytes.array()));
          seen.add(bytes.array());
        }
      }
    }
  }

  @Test
  void beyondTheLimitWeightsStandOutsideOfTheFlatBuffer() throws IOException {
    Path inside = write(options(), Graphs.classifier());
    List<float[]> expected = new ArrayList<>();
    long end;
    try (TfliteReader reader = TfliteReader.open(inside)) {
      expected.add(numbers(constant(reader, "embed")));
      expected.add(numbers(constant(reader, "up")));
      end =
          reader.model().buffers().stream()
              .mapToLong(b -> b.position() + b.bytes())
              .max()
              .orElseThrow();
    }
    Path outside = write(options().withLimit(end - 1), Graphs.classifier());
    try (TfliteReader reader = TfliteReader.open(outside)) {
      TfliteModel.Buffer buffer = reader.model().buffers().get(tensor(reader, "embed").buffer());
      assertThat(buffer.outside()).isTrue();
      assertThat(numbers(constant(reader, "embed"))).isEqualTo(expected.get(0));
      assertThat(numbers(constant(reader, "up"))).isEqualTo(expected.get(1));
    }
    try (TfliteReader reader =
        TfliteReader.open(write(options().withLimit(end), Graphs.classifier()))) {
      assertThat(reader.model().buffers()).noneMatch(TfliteModel.Buffer::outside);
    }
  }

  @Test
  void placesBeyondFourGigabytesAreFoundWithoutWritingThem() throws IOException {
    TensorData large = new Zeros("large", Shape.of(1 << 20, 1 << 10));
    GraphBuilder b = new GraphBuilder();
    Value ids = b.input("ids", DType.I32, Shape.of(Shape.TOKENS));
    Value one = b.embeddingLookup(ids, b.constant("one", large, PlainStorage.F32));
    Value two =
        b.embeddingLookup(
            ids, b.constant("two", new Zeros("two", Shape.of(1 << 20, 1 << 10)), PlainStorage.F32));
    Graph graph = b.build("serving_default", Map.of("sum", b.add(one, two)));
    FilePlan plan = FilePlan.of(List.of(graph), Map.of(), false);
    assertThat(SmallPart.build(plan, "", false).end()).isGreaterThan(8L << 30);
    SmallPart.Built built = SmallPart.build(plan, "", true);
    List<Weight> weights = built.weights();
    assertThat(weights.get(1).position()).isEqualTo(weights.get(0).position() + (4L << 30));
    Path sparse = folder.resolve("sparse.tflite");
    try (var channel =
        java.nio.channels.FileChannel.open(
            sparse,
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.SPARSE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(built.bytes(), 0);
      channel.write(ByteBuffer.wrap(new byte[] {42}), built.end() - 1);
      StoredZip.append(
          channel,
          built.end(),
          List.of(AssociatedFile.of("far.txt", "", AssociatedFile.Type.UNKNOWN, "found")));
    }
    try (TfliteReader reader = TfliteReader.open(sparse)) {
      RawTensorData last = constant(reader, "two");
      ByteBuffer end = ByteBuffer.allocate(1);
      last.readBytes(last.byteCount() - 1, end);
      assertThat(end.get(0)).isEqualTo((byte) 42);
      assertThat(reader.file("far.txt").orElseThrow()).asString().isEqualTo("found");
    }
    try (var zip = new java.util.zip.ZipFile(sparse.toFile())) {
      assertThat(zip.getInputStream(zip.getEntry("far.txt")).readAllBytes())
          .asString()
          .isEqualTo("found");
    }
  }

  @Test
  void aWeightThatIsNotFiniteIsNamedWithItsElement() {
    float[] numbers = new float[600 * 700];
    numbers[500 * 700 + 3] = Float.NaN;
    numbers[599 * 700] = Float.POSITIVE_INFINITY;
    TensorData weight = TensorViews.of("model.up.weight", Shape.of(600, 700), numbers);
    for (TensorData source : List.of(weight, raw(weight))) {
      assertThatThrownBy(() -> write(options(), projection(source)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("a weight is NaN")
          .hasMessageContaining(
              "tensor model.up.weight [600, 700], element 350003 (row 500, column 3)");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSmallWeightThatIsNotFiniteIsNamedToo() {
    TensorData weight = TensorViews.of("tiny", Shape.of(1, 2), 1, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> write(options(), projection(weight)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("-Infinity")
        .hasMessageContaining("tensor tiny [1, 2], element 1");
  }

  @Test
  void progressEndsWithEverything() throws IOException {
    List<Long> seen = new ArrayList<>();
    write(
        options().withProgress((written, total) -> seen.add(total - written)),
        projection(Graphs.numbers("w", 600, 700)));
    assertThat(seen).isNotEmpty().endsWith(0L);
  }

  static TfliteModel.Tensor tensor(TfliteReader reader, String name) {
    return reader.model().subgraphs().get(0).tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static RawTensorData constant(TfliteReader reader, String name) throws IOException {
    return reader.constant(tensor(reader, name));
  }

  static float[] numbers(TensorData data) throws IOException {
    float[] numbers = new float[Math.toIntExact(data.shape().elements())];
    data.read(0, numbers, 0, numbers.length);
    return numbers;
  }

  /** The same numbers as a source that can hand out its bytes, and only these. */
  private static RawTensorData raw(TensorData source) {
    return new RawTensorData() {
      @Override
      public void readBytes(long from, ByteBuffer out) throws IOException {
        int count = out.remaining() / Float.BYTES;
        float[] numbers = new float[count];
        source.read(from / Float.BYTES, numbers, 0, count);
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        out.put(bytes);
      }

      @Override
      public String name() {
        return source.name();
      }

      @Override
      public Shape shape() {
        return source.shape();
      }

      @Override
      public DType dtype() {
        return DType.F32;
      }

      @Override
      public void read(long from, float[] out, int at, int count) {
        throw new AssertionError("the bytes should have been copied");
      }
    };
  }

  private record Zeros(String name, Shape shape) implements TensorData {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public void read(long from, float[] out, int at, int count) {
      java.util.Arrays.fill(out, at, at + count, 0);
    }
  }
}
