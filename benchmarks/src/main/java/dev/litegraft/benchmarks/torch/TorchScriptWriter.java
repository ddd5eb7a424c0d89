package dev.litegraft.benchmarks.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.benchmarks.onnx.Numbers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: the source of one class with a {@code forward}, and a pickle of its
 * tensors. Tensors are written as they come, so that one is in memory at a time.
 *
 * <p>Source: what {@code torch.jit.save} writes, and PEP 307.
 */
final class TorchScriptWriter implements Closeable {
  private static final String ROOT = "model/";

  private final ZipOutputStream zip;
  private final boolean int8;
  private final StringBuilder attributes = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private final Pickle pickle = new Pickle();
  private int storages;
  private int variables;

  private TorchScriptWriter(ZipOutputStream zip, boolean int8) {
    this.zip = zip;
    this.int8 = int8;
    pickle.global("__torch__", "Model").operations(")\u0081}(");
    pickle.text("training").operations("\u0089").text("_is_full_backward_hook").operations("N");
  }

  /**
   * Begins an archive.
   *
   * @param int8 whether weights of products are rounded, one scale a matrix, and inputs while it
   *     runs, as {@code quantize_dynamic} has it
   */
  static TorchScriptWriter of(Path file, boolean int8) throws IOException {
    return new TorchScriptWriter(
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)), int8);
  }

  private void entry(String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + name);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private String storage(byte[] bytes) throws IOException {
    String key = Integer.toString(storages++);
    entry("data/" + key, bytes);
    return key;
  }

  /** A tensor of floats; returns the expression that reads it. */
  String tensor(Numbers.Tensor tensor) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(tensor.numbers().length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.numbers());
    String key = storage(bytes.array());
    String name = "t" + key;
    attributes.append("  ").append(name).append(" : Tensor\n");
    pickle.text(name).tensor(key, tensor);
    return "self." + name;
  }

  /**
   * x · Wᵀ + b.
   *
   * @param weight [out, in]
   * @param bias an expression, or None
   */
  String linear(String x, Numbers.Tensor weight, Numbers.Tensor... bias) throws IOException {
    if (!int8) {
      String b = bias.length == 0 ? "None" : tensor(bias[0]);
      return let("torch.linear(" + x + ", " + tensor(weight) + ", " + b + ")");
    }
    float most = 0;
    for (float number : weight.numbers()) {
      most = Math.max(most, Math.abs(number));
    }
    double scale = most / Byte.MAX_VALUE;
    byte[] whole = new byte[weight.numbers().length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (byte) Math.rint(weight.numbers()[i] / scale);
    }
    String key = storage(whole);
    String name = "p" + key;
    attributes
        .append("  ")
        .append(name)
        .append(" : __torch__.torch.classes.quantized.LinearPackedParamsBase\n");
    pickle
        .text(name)
        .global("__torch__.torch.classes.quantized", "LinearPackedParamsBase")
        .operations(")\u0081(")
        .rounded(key, weight.shape(), scale);
    if (bias.length == 0) {
      pickle.operations("N");
    } else {
      ByteBuffer bytes =
          ByteBuffer.allocate(bias[0].numbers().length * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(bias[0].numbers());
      pickle.tensor(storage(bytes.array()), bias[0]);
    }
    pickle.operations("tb");
    return let("ops.quantized.linear_dynamic(" + x + ", self." + name + ", True)");
  }

  /** Names the value of an expression. */
  String let(String expression) {
    String name = "v" + variables++;
    body.append("    ").append(name).append(" = ").append(expression).append('\n');
    return name;
  }

  /** Ends the archive with what {@code forward} returns. */
  void finish(String result) throws IOException {
    String source =
        "class Model(Module):\n"
            + "  __parameters__ = []\n"
            + "  __buffers__ = []\n"
            + "  training : bool\n"
            + "  _is_full_backward_hook : Optional[bool]\n"
            + attributes
            + "  def forward(self: __torch__.Model,\n"
            + "    ids: Tensor) -> Tensor:\n"
            + "    n = torch.size(ids, 1)\n"
            + body
            + "    return "
            + result
            + "\n";
    pickle.operations("ub.");
    entry("data.pkl", pickle.bytes());
    entry("code/__torch__.py", source.getBytes(UTF_8));
    entry("constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
    entry("version", "10\n".getBytes(UTF_8));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** A pickle of protocol 2, operation by operation. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      operations("\u0080\u0002");
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    /** A byte a character. */
    Pickle operations(String codes) {
      codes.chars().forEach(out::write);
      return this;
    }

    Pickle global(String module, String name) {
      return operations("c" + module + "\n" + name + "\n");
    }

    Pickle text(String text) {
      return operations("X").whole(text.length()).operations(text);
    }

    private Pickle whole(int number) {
      out.writeBytes(
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
      return this;
    }

    private Pickle numbers(int... numbers) {
      operations("(");
      for (int number : numbers) {
        operations("J").whole(number);
      }
      return operations("t");
    }

    private void begin(String type, String key, int... shape) {
      int count = 1;
      for (int size : shape) {
        count *= size;
      }
      operations("((").text("storage").global("torch", type).text(key).text("cpu");
      operations("J").whole(count).operations("tQJ").whole(0).numbers(shape);
      int[] strides = shape.clone();
      int stride = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape[i];
      }
      numbers(strides);
    }

    private Pickle end() {
      return operations("\u0089").global("collections", "OrderedDict").operations(")RtR");
    }

    Pickle tensor(String key, Numbers.Tensor tensor) {
      global("torch._utils", "_rebuild_tensor_v2").begin("FloatStorage", key, tensor.shape());
      return end();
    }

    Pickle rounded(String key, int[] shape, double scale) {
      global("torch._utils", "_rebuild_qtensor").begin("QInt8Storage", key, shape);
      operations("(").global("torch", "per_tensor_affine").operations("G");
      out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(scale).array());
      operations("J").whole(0).operations("t");
      return end();
    }
  }
}
