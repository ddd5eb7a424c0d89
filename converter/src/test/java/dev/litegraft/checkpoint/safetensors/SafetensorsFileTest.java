package dev.litegraft.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.checkpoint.SafetensorsBytes;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.BFloat16;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Float16;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void mixedTypesInOneFileAreReadAsF32() throws IOException {
    ByteBuffer f64 = SafetensorsBytes.little(16).putDouble(0.1).putDouble(-4);
    ByteBuffer f16 = SafetensorsBytes.little(4);
    f16.putShort(Float16.of(0.5f)).putShort(Float16.of(-65504));
    ByteBuffer bf16 = SafetensorsBytes.little(4);
    bf16.putShort(BFloat16.of(3)).putShort(BFloat16.of(-1e30f));
    Path path =
        new SafetensorsBytes()
            .add("a", "F64", "[2]", f64)
            .add("b", "F16", "[1,2]", f16)
            .add("c", "BF16", "[2,1]", bf16)
            .addF32("d", "[]", 7)
            .addF32("empty", "[0,5]")
            .write(folder.resolve("mixed.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensors()).containsOnlyKeys("a", "b", "c", "d", "empty");
      assertThat(read(file, "a")).containsExactly(0.1f, -4);
      assertThat(read(file, "b")).containsExactly(0.5f, -65504);
      assertThat(read(file, "c")).containsExactly(3, BFloat16.toFloat(BFloat16.of(-1e30f)));
      assertThat(read(file, "d")).containsExactly(7);
      assertThat(read(file, "empty")).isEmpty();
      assertThat(tensor(file, "c").dtype()).isEqualTo(DType.BF16);
      assertThat(tensor(file, "c").shape()).isEqualTo(Shape.of(2, 1));
      assertThat(tensor(file, "d").shape().rank()).isZero();
    }
  }

  @Test
  void aSliceIsReadToItsPlace() throws IOException {
    Path path =
        new SafetensorsBytes()
            .addF32("before", "[3]", -1, -2, -3)
            .addF32("w", "[2,3]", 1, 2, 3, 4, 5, 6)
            .write(folder.resolve("slices.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      float[] out = new float[5];
      tensor(file, "w").read(2, out, 1, 3);
      assertThat(out).containsExactly(0, 3, 4, 5, 0);
      ByteBuffer bytes = SafetensorsBytes.little(8);
      tensor(file, "w").readBytes(8, bytes);
      assertThat(bytes.flip().getFloat()).isEqualTo(3);
      assertThat(tensor(file, "w").byteCount()).isEqualTo(24);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> tensor(file, "w").read(4, out, 0, 3));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> tensor(file, "w").readBytes(20, SafetensorsBytes.little(5)));
    }
  }

  @Test
  void aTensorLargerThanTheReadBufferIsReadInPiecesFromManyThreads() throws Exception {
    float[] numbers = new float[700_000];
    Random random = new Random(1);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextFloat();
    }
    Path path =
        new SafetensorsBytes()
            .addF32("w", "[700,1000]", numbers)
            .write(folder.resolve("large.safetensors"));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      List<Future<float[]>> reads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        reads.add(pool.submit(() -> read(file, "w")));
      }
      for (Future<float[]> read : reads) {
        assertThat(Arrays.equals(read.get(), numbers)).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void metadataIsText() throws IOException {
    byte[] bytes = SafetensorsBytes.file("{\"__metadata__\":{\"format\":\"pt\"}}   ", new byte[0]);
    Path path = Files.write(folder.resolve("metadata.safetensors"), bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).containsExactly(java.util.Map.entry("format", "pt"));
      assertThat(file.tensors()).isEmpty();
    }
  }

  @Test
  void positionIdsAreATensorThatCannotBeReadAsF32() throws IOException {
    ByteBuffer ids = SafetensorsBytes.little(16).putLong(0).putLong(1);
    Path path =
        new SafetensorsBytes()
            .add("embeddings.position_ids", "I64", "[1,2]", ids)
            .write(folder.resolve("ids.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(tensor(file, "embeddings.position_ids").byteCount()).isEqualTo(16);
      InvalidInputException e = Refusal.of(() -> read(file, "embeddings.position_ids"));
      assertThat(e.what()).contains("I64").contains("floating-point");
      assertThat(e.where()).contains("tensor embeddings.position_ids");
    }
  }

  @Test
  void nanAndInfiniteWeightsAreNamedWithTheirIndex() throws IOException {
    Path path =
        new SafetensorsBytes()
            .addF32("ok", "[1]", 1)
            .addF32("nan", "[2,3]", 1, 2, 3, 4, Float.NaN, 6)
            .add("inf", "F16", "[1]", SafetensorsBytes.little(2).putShort((short) 0xfc00))
            .add("f64", "F64", "[1]", SafetensorsBytes.little(8).putDouble(1e300))
            .write(folder.resolve("nan.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      InvalidInputException nan = Refusal.of(() -> read(file, "nan"));
      assertThat(nan.what()).contains("index [1, 1] is NaN");
      long dataStart = Files.size(path) - 4 - 24 - 2 - 8;
      assertThat(nan.where())
          .isEqualTo(path + ", tensor nan, byte " + (dataStart + 4 + 4 * Float.BYTES));
      assertThat(nan.remedy()).contains("training diverged");
      assertThat(Refusal.of(() -> read(file, "inf")).what()).contains("[0] is -Infinity");
      assertThat(Refusal.of(() -> read(file, "f64")).what()).contains("[0] is Infinity");
    }
  }

  @Test
  void aFileThatIsTruncatedWhileItIsOpenIsAnError() throws IOException {
    Path path =
        new SafetensorsBytes()
            .addF32("w", "[4]", 1, 2, 3, 4)
            .write(folder.resolve("shrinking.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      try (RandomAccessFile other = new RandomAccessFile(path.toFile(), "rw")) {
        other.setLength(other.length() - 6);
      }
      InvalidInputException e = Refusal.of(() -> read(file, "w"));
      assertThat(e.what()).contains("the file ended while the tensor was read");
      assertThat(e.where()).contains("shrinking.safetensors, tensor w, byte ");
    }
  }

  @Test
  void afterClosingNothingIsRead() throws IOException {
    Path path = new SafetensorsBytes().addF32("w", "[1]", 1).write(folder.resolve("c.safetensors"));
    SafetensorsFile file = SafetensorsFile.open(path);
    file.close();
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> read(file, "w"));
  }

  /** Each file is named after its defect. */
  static Stream<Arguments> malformed() {
    byte[] valid = new SafetensorsBytes().addF32("w", "[2]", 1, 2).bytes();
    byte[] eight = new byte[8];
    return Stream.of(
        arguments("empty", new byte[0], "the file has 0 bytes"),
        arguments("seven-bytes", new byte[7], "the file has 7 bytes"),
        arguments("no-header", new byte[8], "the header is cut off"),
        arguments(
            "truncated-header", Arrays.copyOf(valid, 30), "bytes, but the file ends after 30"),
        arguments("truncated-data", Arrays.copyOf(valid, valid.length - 3), "data's 5 bytes"),
        arguments(
            "huge-length",
            ByteBuffer.allocate(16).putLong(-1).array(),
            "said to have 18446744073709551615 bytes, but the file ends after 16"),
        arguments("html", "<!DOCTYPE html><html></html>".getBytes(US_ASCII), "said to have"),
        arguments(
            "git-lfs-pointer",
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a".getBytes(US_ASCII),
            "the file is a Git LFS pointer of 58 bytes, where the weights are needed"),
        arguments("not-json", SafetensorsBytes.file("hello", eight), "the header is not JSON"),
        arguments("json-array", SafetensorsBytes.file("[1]", eight), "the header is a JSON array"),
        arguments(
            "unclosed-json", SafetensorsBytes.file("{\"a\":{", eight), "the header is not JSON"),
        arguments(
            "deep-json",
            SafetensorsBytes.file("{\"a\":" + "[".repeat(5000), eight),
            "a is a JSON array, where a JSON object is needed"),
        arguments(
            "two-objects", SafetensorsBytes.file("{} {}", new byte[0]), "goes on after its JSON"),
        arguments(
            "invalid-utf8",
            ByteBuffer.allocate(17)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putLong(9)
                .put(new byte[] {'{', '"', (byte) 0xff, '"', ':', '{', '}', '}', ' '})
                .array(),
            "the header is not text in UTF-8"),
        header("tensor-is-number", "{\"w\":5}", "w is a number, where a JSON object is needed"),
        header("newline-in-name", "{\"a\\nb\":5}", "a tensor's name holds control characters"),
        header("no-dtype", entry("", "[2]", "[0,8]"), "the header has no dtype"),
        header("no-shape", "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "has no shape"),
        header("no-offsets", "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}", "has no data_offsets"),
        header("dtype-is-number", entry("\"dtype\":1,", "[2]", "[0,8]"), "w.dtype is a number"),
        header(
            "dtype-twice", entry("\"dtype\":\"F32\",\"dtype\":\"F16\",", "[2]", "[0,8]"), "twice"),
        header("unknown-member", entry("\"strides\":[1],", "[2]", "[0,8]"), "\"strides\""),
        header("unknown-dtype", f("F33", "[2]", "[0,8]"), "unknown dtype \"F33\""),
        header("float8", f("F8_E4M3", "[8]", "[0,8]"), "dtype F8_E4M3 is not supported"),
        header("negative-begin", f("F32", "[2]", "[-8,0]"), "[-8, 0] are not within"),
        header("end-before-begin", f("F32", "[2]", "[8,0]"), "[8, 0] are not within"),
        header("end-out-of-file", f("F32", "[4]", "[0,16]"), "not within the data's 8 bytes"),
        header("offset-beyond-63-bits", f("F32", "[2]", "[0,9223372036854775808]"), "63 bits"),
        header("fractional-offset", f("F32", "[2]", "[0,8.0]"), "data_offsets holds 8.0"),
        header("three-offsets", f("F32", "[2]", "[0,4,8]"), "has 3 numbers, where 2 are needed"),
        header("negative-dimension", f("F32", "[-2]", "[0,8]"), "is not between 0 and"),
        header("huge-dimension", f("F32", "[2147483648]", "[0,8]"), "is not between 0 and"),
        header(
            "element-overflow",
            f("F32", "[2147483647,2147483647,2147483647]", "[0,8]"),
            "more elements than a file can"),
        header("text-in-shape", f("F32", "[\"2\"]", "[0,8]"), "shape holds 2, where a whole"),
        header(
            "too-many-dimensions", f("F32", "[" + "1,".repeat(40) + "2]", "[0,8]"), "more than 32"),
        header(
            "shape-larger-than-bytes",
            f("F32", "[3]", "[0,8]"),
            "shape [3] of F32 takes 12 bytes, but data_offsets [0, 8] hold 8"),
        header("shape-smaller-than-bytes", f("F32", "[1]", "[0,8]"), "takes 4 bytes"),
        header(
            "duplicate-name",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "the name w stands twice"),
        header(
            "overlap",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "begins at data byte 4 and overlaps w, which ends at 8"),
        header("hole-in-front", f("F32", "[1]", "[4,8]"), "leaves a hole after the beginning"),
        header(
            "trailing-bytes", f("F32", "[1]", "[0,4]"), "end at data byte 4, but the file holds 8"),
        header("metadata-is-number", "{\"__metadata__\":{\"a\":1}}", "__metadata__.a is a number"),
        header("metadata-twice", "{\"__metadata__\":{},\"__metadata__\":{}}", "stands twice"));
  }

  private static final java.nio.charset.Charset US_ASCII =
      java.nio.charset.StandardCharsets.US_ASCII;

  private static Arguments header(String defect, String header, String what) {
    return arguments(defect, SafetensorsBytes.file(header, new byte[8]), what);
  }

  private static String entry(String members, String shape, String offsets) {
    return "{\"w\":{" + members + "\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
  }

  private static String f(String dtype, String shape, String offsets) {
    return entry("\"dtype\":\"" + dtype + "\",", shape, offsets);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void aMalformedFileIsRefusedWithItsName(String defect, byte[] bytes, String what)
      throws IOException {
    Path path = Files.write(folder.resolve(defect + ".safetensors"), bytes);
    InvalidInputException e = Refusal.of(() -> SafetensorsFile.open(path).close());
    assertThat(e.what()).contains(what);
    assertThat(e.where()).startsWith(path.toString());
    // The channel was closed, or the file could not be replaced on some systems.
    Files.delete(path);
  }

  @Test
  void aHeaderOverTheCapIsRefusedBeforeItIsRead() throws IOException {
    Path path = folder.resolve("oversized-header.safetensors");
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(200_000_008L);
      sparse.write(SafetensorsBytes.array(SafetensorsBytes.little(8).putLong(200_000_000L)));
    }
    InvalidInputException e = Refusal.of(() -> SafetensorsFile.open(path).close());
    assertThat(e.what())
        .isEqualTo("the header has 200000000 bytes, where the format allows 100000000");
  }

  @Test
  void aFileOfManyGigabytesIsReadAtItsEnd() throws IOException {
    long elements = 1L << 31;
    String header =
        "{\"big\":{\"dtype\":\"F32\",\"shape\":[65536,32768],\"data_offsets\":[0,8589934592]}}";
    Path path =
        Files.write(
            folder.resolve("sparse.safetensors"), SafetensorsBytes.file(header, new byte[0]));
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(sparse.length() + 4 * elements);
      sparse.seek(sparse.length() - 4);
      sparse.write(SafetensorsBytes.array(SafetensorsBytes.little(4).putFloat(42)));
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      float[] out = new float[2];
      tensor(file, "big").read(elements - 2, out, 0, 2);
      assertThat(out).containsExactly(0, 42);
    }
  }

  @Test
  void randomBytesNeverCauseAnythingButARefusal() throws IOException {
    byte[] valid = new SafetensorsBytes().addF32("w", "[2]", 1, 2).addF32("x", "[1]", 3).bytes();
    Random random = new Random(7);
    Path path = folder.resolve("random.safetensors");
    for (int i = 0; i < 400; i++) {
      byte[] bytes = valid.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(path, bytes);
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertThat(file.tensors()).isNotNull();
      } catch (InvalidInputException e) {
        assertThat(e.where()).startsWith(path.toString());
      }
    }
  }

  private static RawTensorData tensor(SafetensorsFile file, String name) {
    return java.util.Objects.requireNonNull(file.tensors().get(name));
  }

  private static float[] read(SafetensorsFile file, String name) throws IOException {
    RawTensorData tensor = tensor(file, name);
    float[] out = new float[(int) tensor.shape().elements()];
    tensor.read(0, out, 0, out.length);
    return out;
  }
}
