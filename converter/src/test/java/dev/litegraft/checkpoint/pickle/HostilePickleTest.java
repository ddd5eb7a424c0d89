package dev.litegraft.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that were made to run something, to lie, or to take memory and time. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HostilePickleTest {
  private static final List<String> CODE =
      List.of(
          "os system",
          "posix system",
          "nt system",
          "os popen",
          "os.path join",
          "subprocess Popen",
          "subprocess check_output",
          "builtins eval",
          "builtins exec",
          "builtins __import__",
          "builtins getattr",
          "builtins setattr",
          "builtins compile",
          "builtins open",
          "builtins map",
          "__builtin__ eval",
          "runpy _run_code",
          "runpy run_path",
          "pty spawn",
          "webbrowser open",
          "socket socket",
          "ctypes CDLL",
          "importlib import_module",
          "shutil rmtree",
          "pickle loads",
          "_pickle loads",
          "marshal loads",
          "torch load",
          "torch.hub load",
          "torch.jit load",
          "torch.storage _load_from_bytes",
          "torch._utils _import_dotted_name",
          "torch.utils.data.datapipes.utils.decoder basichandlers",
          "torch.distributed.rpc.internal _run_function",
          "numpy.core.multiarray _reconstruct",
          "numpy load",
          "operator attrgetter",
          "operator methodcaller",
          "functools partial",
          "types CodeType",
          "types FunctionType",
          "code InteractiveInterpreter",
          "bdb Bdb",
          "timeit timeit",
          "pip main",
          "pydoc pipepager",
          "collections OrderedDict.fromkeys.__globals__",
          "collections namedtuple",
          "copyreg _reconstructor",
          "transformers.training_args TrainingArguments");

  /** A file, and words of the error that it must end in. */
  private record Crafted(String name, Supplier<byte[]> made, String word) {
    Crafted(String name, byte[] bytes, String word) {
      this(name, () -> bytes, word);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @TempDir Path folder;

  static Stream<Crafted> files() {
    List<Crafted> all = new ArrayList<>();
    code(all);
    machine(all);
    tensors(all);
    archives(all);
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void itIsRefused(Crafted crafted) throws IOException {
    Path file = folder.resolve("pytorch_model.bin");
    Files.write(file, crafted.made().get());
    InvalidInputException refusal = Refusal.of(() -> readAll(file));
    assertThat(refusal.what()).contains(crafted.word());
    assertThat(refusal.where()).contains(file.toString());
    assertThat(refusal.remedy()).isNotEmpty();
  }

  @Test
  void thereAreAHundredOfThem() {
    assertThat(files().count()).isGreaterThanOrEqualTo(100);
    assertThat(files().map(Crafted::name).distinct().count()).isEqualTo(files().count());
  }

  @Test
  void theSameFilesWithoutTheFaultAreRead() throws IOException {
    Path file = folder.resolve("pytorch_model.bin");
    Files.write(file, good());
    readAll(file);
    Files.write(file, legacy(good(8), "0", 8, new byte[32]));
    readAll(file);
  }

  private static void readAll(Path file) throws IOException {
    try (TorchFile torchs = TorchFile.open(file)) {
      for (RawTensorData tensor : torchs.tensors().values()) {
        ByteBuffer block = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < tensor.byteCount(); at += block.capacity()) {
          block.clear().limit((int) Math.min(block.capacity(), tensor.byteCount() - at));
          tensor.readBytes(at, block);
        }
      }
    }
  }

  private static byte[] good(long elements) {
    return PickleBytes.state(
        new PickleBytes().tensor(elements, 0, new long[] {2, 4}, new long[] {4, 1}));
  }

  private static byte[] good() {
    return PickleBytes.file(good(8));
  }

  /** Each name by one of the instructions that could call it. */
  private static void code(List<Crafted> all) {
    for (String each : CODE) {
      int space = each.indexOf(" ");
      String module = each.substring(0, space);
      String name = each.substring(space + 1);
      PickleBytes pickle = PickleBytes.of();
      switch (all.size() % 4) {
        case 0 -> pickle.name(module, name).op("(").text("touch /tmp/pwned").op("tR");
        case 1 -> pickle.text(module).text(name).bytes(0x93).text("id").bytes(0x85).op("R");
        case 2 -> pickle.op("(").text("id").op("i" + module + "\n" + name + "\n");
        default -> pickle.op("(").name(module, name).text("id").op("o");
      }
      // In both layouts, and where the legacy one would run it first.
      byte[] bytes = pickle.end();
      all.add(
          new Crafted(
              "code " + each,
              all.size() % 3 == 0 ? bytes : PickleBytes.file(bytes),
              "it names " + (module.equals("__builtin__") ? "builtins" : module) + "." + name));
    }
  }

  private static void add(List<Crafted> all, String name, PickleBytes pickle, String word) {
    all.add(new Crafted(name, PickleBytes.file(pickle.end()), word));
  }

  /** Larger than the others, and so not made before it is needed. */
  private static void endless(List<Crafted> all, String name, String letters, int times) {
    all.add(
        new Crafted(
            name + " without end",
            () -> PickleBytes.file(PickleBytes.of().op(letters, times).end()),
            "128 MB"));
  }

  private static void machine(List<Crafted> all) {
    add(all, "nothing", new PickleBytes(), "empty stack");
    all.add(new Crafted("no end", PickleBytes.file(new byte[] {(byte) 0x80, 2, '}'}), "cut off"));
    all.add(new Crafted("no byte", PickleBytes.file(new byte[0]), "cut off"));
    add(all, "tuple of nothing", PickleBytes.of().op("t"), "mark that it did not set");
    add(all, "append to nothing", PickleBytes.of().op("a"), "empty stack");
    add(all, "items under a mark", PickleBytes.of().op("}(s"), "empty stack");
    add(all, "item of a number", PickleBytes.of().op("K\1K\2a"), "what is no list");
    add(all, "key of a list", PickleBytes.of().op("](K\1K\2u"), "what is no dict");
    add(all, "half a pair", PickleBytes.of().op("}(K\1u"), "key without a value");
    add(all, "key that is a tuple", PickleBytes.of().op("})K\1s"), "neither a text nor a number");
    add(all, "recall of nothing", PickleBytes.of().op("h\7"), "which has none");
    add(
        all,
        "memory in a far place",
        PickleBytes.of().op("}r").little(4, -1),
        "the number 4294967295");
    add(all, "long text", PickleBytes.of().bytes(0x8d).little(8, 1L << 40), "a length of");
    add(all, "negative text", PickleBytes.of().bytes(0x8d).little(8, -1), "a length of");
    add(all, "long integer", PickleBytes.of().bytes(0x8b).little(4, 1 << 19), "524288 bytes");
    add(all, "no UTF-8", PickleBytes.of().op("X").little(4, 2).bytes(0xff, 0xfe), "not in UTF-8");
    add(all, "protocol 9", new PickleBytes().bytes(0x80, 9), "protocol 9");
    add(all, "extension", PickleBytes.of().bytes(0x82, 1), "0x82");
    add(all, "buffer beside it", PickleBytes.of().bytes(0x97), "0x97");
    add(all, "call of a text", PickleBytes.of().text("os.system").op(")R"), "no class or function");
    add(all, "state of a name", PickleBytes.of().name("torch", "Tensor").op("}b"), "no object");
    add(all, "a storage of nothing", PickleBytes.of().op(")Q"), "what is no storage");
    add(all, "two results", PickleBytes.of().op("}}"), "more than one value");
    add(
        all,
        "a dict in itself",
        PickleBytes.of().op("}q\0").text("a").op("h\0s"),
        "with a dict a in it");
    add(all, "a long line", PickleBytes.of().op("c").op("a", 5000), "more than 4096 bytes");
    add(all, "a number of a page", PickleBytes.of().op("I").op("9", 3000).op("\n"), "none");
    endless(all, "dicts", "}", 2 << 20);
    endless(all, "copies", "N20", 6 << 20);
    endless(all, "marks", "(", 12 << 20);
    endless(all, "calls", "ctorch\ndevice\n)R", 1 << 20);
    PickleBytes doubled = PickleBytes.of().op(")q\0").op("0");
    for (int i = 0; i < 200; i++) {
      doubled.bytes('h', 0, 'h', 0, 0x86, 'q', 0, '0');
    }
    add(all, "a tuple of 2^200", doubled.op("h\0"), "no dict");
    PickleBytes asSize = new PickleBytes().name("torch._utils", "_rebuild_tensor_v2").op("(");
    asSize.storage("0", 8).number(0).op(")").op("\u0085", 100_000).numbers(1).op("tR");
    all.add(
        new Crafted(
            "a size as deep as the sea",
            PickleBytes.file(PickleBytes.state(asSize)),
            "whole number"));
  }

  private static void tensor(
      List<Crafted> all,
      String name,
      String word,
      long elements,
      long offset,
      long[] sizes,
      long... strides) {
    PickleBytes tensor = new PickleBytes().tensor(elements, offset, sizes, strides);
    all.add(new Crafted(name, PickleBytes.file(PickleBytes.state(tensor)), word));
  }

  private static long[] of(long... numbers) {
    return numbers;
  }

  private static void tensors(List<Crafted> all) {
    tensor(all, "behind its storage", "of a storage of 32 bytes", 8, 1, of(8), 1);
    tensor(all, "far behind it", "larger than any file", 8, Long.MAX_VALUE, of(8), 1);
    tensor(all, "negative offset", "whole number", 8, -1, of(8), 1);
    tensor(all, "negative stride", "whole number", 8, 7, of(8), -1);
    tensor(all, "long strides", "larger than any file", 8, 0, of(8, 8), 1L << 61, 1L << 61);
    tensor(all, "large sizes", "larger than any file", 8, 0, of(1L << 40), 0);
    tensor(
        all,
        "sizes that wrap",
        "larger than any file",
        8,
        0,
        of(1 << 30, 1 << 30, 1 << 30),
        0,
        0,
        0);
    tensor(all, "views of one number", "views of the same few", 8, 0, of(1 << 20, 1 << 20), 0, 0);
    tensor(all, "more sizes than strides", "2 sizes and 1 strides", 8, 0, of(2, 4), 1);
    tensor(all, "33 dimensions", "more than 32 dimensions", 8, 0, new long[33], new long[33]);
    tensor(all, "a storage that lies", "is said to have 64 bytes", 16, 0, of(8), 1);
    tensor(all, "a storage of 2^62", "larger than any file", 1L << 62, 0, of(8), 1);
    for (String key : List.of("1", "../0", "0/../0", "")) {
      PickleBytes tensor = new PickleBytes().tensor(key, 8, 0, of(8), of(1));
      all.add(
          new Crafted(
              "key '" + key + "'",
              PickleBytes.file(PickleBytes.state(tensor)),
              "is not in the file"));
    }
    all.add(
        new Crafted(
            "a name that turns",
            PickleBytes.file(
                PickleBytes.of()
                    .op("}")
                    .text("\u001b[2J")
                    .tensor(8, 0, of(8), of(1))
                    .op("s")
                    .end()),
            "control characters"));
    all.add(
        new Crafted(
            "a number as a name",
            PickleBytes.file(PickleBytes.of().op("}K\1").tensor(8, 0, of(8), of(1)).op("s").end()),
            "is no text"));
    all.add(
        new Crafted(
            "a storage as a class",
            PickleBytes.file(
                PickleBytes.state(
                    new PickleBytes()
                        .op("(")
                        .text("storage")
                        .text("FloatStorage")
                        .text("0")
                        .text("cpu")
                        .number(8)
                        .op("tQ"))),
            "without a class"));
    all.add(
        new Crafted(
            "a model with its source",
            PickleBytes.file(
                PickleBytes.state(
                    new PickleBytes()
                        .op("(")
                        .text("module")
                        .name("torch", "Tensor")
                        .text("a.py")
                        .text("code")
                        .op("tQ"))),
            "source code"));
    all.add(new Crafted("legacy, cut off", legacy(good(8), "0", 8, new byte[23]), "cut off"));
    all.add(
        new Crafted(
            "legacy, more elements",
            legacy(good(1 << 20), "0", 1 << 20, new byte[32]),
            "1048576 elements"));
    all.add(
        new Crafted("legacy, other elements", legacy(good(8), "0", 9, new byte[36]), "8 elements"));
    all.add(
        new Crafted(
            "legacy, bytes behind", legacy(good(8), "0", 8, new byte[33]), "goes on for 1 bytes"));
    all.add(
        new Crafted(
            "legacy, another storage",
            legacy(good(8), "5", 8, new byte[32]),
            "belongs to no tensor"));
  }

  private static byte[] legacy(byte[] state, String key, long elements, byte[] data) {
    PickleBytes file = PickleBytes.of().bytes(0x8a, 10);
    file.raw(
        new byte[] {
          0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
        });
    file.op(".").bytes(0x80, 2).op("M").little(2, 1001).op(".").bytes(0x80, 2).op("}.").raw(state);
    file.bytes(0x80, 2).op("](").text(key).op("e.").little(8, elements).raw(data);
    return file.array();
  }

  private static void archive(
      List<Crafted> all, String name, String word, Consumer<Map<String, byte[]>> change) {
    Map<String, byte[]> entries = new LinkedHashMap<>(PickleBytes.entries(good(8)));
    change.accept(entries);
    all.add(new Crafted(name, PickleBytes.zip(entries), word));
  }

  private static void archives(List<Crafted> all) {
    byte[] little = "little".getBytes(StandardCharsets.US_ASCII);
    archive(all, "no pickle", "no data.pkl", e -> e.remove("m/data.pkl"));
    archive(all, "a program", "TorchScript", e -> e.put("m/constants.pkl", little));
    archive(all, "no storage", "is not in the file", e -> e.remove("m/data/0"));
    archive(all, "a way out", "leads elsewhere", e -> e.put("m/../../etc/passwd", little));
    archive(all, "an absolute way out", "leads elsewhere", e -> e.put("/etc/passwd", little));
    archive(all, "a way out of Windows", "leads elsewhere", e -> e.put("m\\data\\0", little));
    archive(
        all,
        "bytes in the middle",
        "byteorder says middle",
        e -> e.put("m/byteorder", "middle".getBytes(StandardCharsets.US_ASCII)));
    archive(all, "a long byteorder", "byteorder says", e -> e.put("m/byteorder", new byte[100]));
    archive(
        all,
        "bytes behind the pickle",
        "goes on behind",
        e -> e.put("m/data.pkl", Arrays.copyOf(good(8), good(8).length + 1)));
    byte[] zip = good();
    int end = zip.length - 22;
    int central = le(zip, end + 16);
    all.add(new Crafted("compressed", compressed(), "is compressed (method 8)"));
    patched(all, "encrypted", "is encrypted", zip, central + 8, 2, 1);
    patched(all, "method of the directory", "is compressed", zip, central + 10, 2, 8);
    patched(all, "method of the entry", "is not where", zip, 8, 2, 8);
    patched(all, "name of the entry", "is not where", zip, 30, 1, 'x');
    patched(
        all, "length beyond the file", "bytes or to begin there", zip, central + 24, 4, 1 << 30);
    patched(all, "sizes that differ", "is compressed", zip, central + 20, 4, 3);
    patched(all, "a place in the directory", "lies in the", zip, central + 42, 4, central);
    patched(all, "fewer entries", "is said to have 3", zip, end + 10, 2, 3);
    patched(all, "another place", "where it cannot be", zip, end + 16, 4, end + 10);
    patched(all, "a longer directory", "where it cannot be", zip, end + 12, 4, 1 << 28);
    patched(all, "no end", "its directory is not there", zip, end, 1, 0);
    patched(all, "a comment that is not there", "its directory is not there", zip, end + 20, 2, 5);
    patched(all, "a pickle that was changed", "have the sum", zip, 42, 1, 0x7f);
    // The second entry begins in the first one.
    int second = central + 46 + "m/data.pkl".length();
    patched(all, "entries in each other", "", zip, second + 42, 4, 0);
  }

  private static int le(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static void patched(
      List<Crafted> all, String name, String word, byte[] zip, int at, int width, long value) {
    byte[] bytes = zip.clone();
    for (int i = 0; i < width; i++) {
      bytes[at + i] = (byte) (value >> (8 * i));
    }
    all.add(new Crafted("zip, " + name, bytes, word));
  }

  private static byte[] compressed() {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> each : PickleBytes.entries(good(8)).entrySet()) {
        zip.putNextEntry(new ZipEntry(each.getKey()));
        zip.write(each.getValue());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
