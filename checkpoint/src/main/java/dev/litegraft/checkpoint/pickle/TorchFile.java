package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An open file of {@code torch.save}, {@code pytorch_model.bin} above all, in either layout. Its
 * pickle is read and not run: a name that a state dict does not need ends the reading.
 *
 * <p>Its tensors may be views of one storage, in any order of their elements; they come out
 * row-major, and byte for byte what safetensors would hold of them.
 */
public final class TorchFile implements TensorFile {
  /**
   * Tied and shared weights are a few times in a file; a view of one number may claim to be many.
   */
  private static final long MOST_TIMES = 16;

  private static final long SOME_BYTES = 64 << 20;

  /** How safetensors sorts types, the largest first; names follow. */
  private static final List<DType> TYPES =
      List.of(
          DType.I64,
          DType.F64,
          DType.F32,
          DType.I32,
          DType.BF16,
          DType.F16,
          DType.I16,
          DType.I8,
          DType.U8,
          DType.BOOL);

  /** So that the same model becomes the same file, whichever container it was in. */
  private static final Comparator<RawTensorData> AS_SAFETENSORS =
      Comparator.<RawTensorData>comparingInt(tensor -> TYPES.indexOf(tensor.dtype()))
          .thenComparing(RawTensorData::name);

  private static final int TAR_MAGIC_AT = 257;

  private final FileBytes bytes;
  private final Map<String, RawTensorData> tensors = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final TorchTensor.Recent recent = new TorchTensor.Recent();

  private TorchFile(FileBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * Opens a file and reads its pickle.
   *
   * @throws InvalidCheckpointException if it is no file of {@code torch.save}, is damaged, holds
   *     something else than a state dict, or wants code to be run
   * @throws IOException if it cannot be read
   */
  public static TorchFile open(Path path) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    try {
      bytes.requireNoPointer();
      TorchFile file = new TorchFile(bytes);
      file.add(layout(bytes));
      return file;
    } catch (Throwable t) {
      bytes.close();
      throw t;
    }
  }

  private static TorchLayout layout(FileBytes bytes) throws IOException {
    ByteBuffer start =
        ByteBuffer.allocate((int) Math.min(512, bytes.size())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.fill(start, 0);
    start.flip();
    if (start.limit() >= 4 && start.getInt(0) == ZipDirectory.LOCAL_SIGNATURE) {
      return TorchArchive.read(bytes);
    }
    if (start.limit() >= 2 && (start.get(0) & 0xff) == 0x80 && start.get(1) <= 5) {
      return TorchLegacy.read(bytes);
    }
    if (isSafetensors(start, bytes.size())) {
      String name = String.valueOf(bytes.path().getFileName());
      throw new InvalidCheckpointException(
          "the file is one of safetensors, under the name of one of torch",
          bytes.path().toString(),
          "in a copy of the folder, rename it to "
              + name.replace("pytorch_model", "model")
                  .replaceFirst("(\\.00)?\\.(bin|pth)$", ".safetensors"));
    }
    byte[] tar = "ustar".getBytes(StandardCharsets.US_ASCII);
    boolean isTar =
        start.limit() == 512 && start.slice(TAR_MAGIC_AT, tar.length).equals(ByteBuffer.wrap(tar));
    throw new InvalidCheckpointException(
        isTar
            ? "the file is a tar file, as torch before 0.1.10 wrote it"
            : "the file has "
                + bytes.size()
                + " bytes and begins as no file of torch does: neither as a zip file nor as a"
                + " pickle",
        bytes.path().toString(),
        isTar
            ? "take the model's weights as safetensors"
            : "check that the file is what its name says, and download it again");
  }

  private static boolean isSafetensors(ByteBuffer start, long size) {
    return start.limit() > Long.BYTES
        && start.getLong(0) > 0
        && start.getLong(0) < size
        && start.get(Long.BYTES) == '{';
  }

  private void add(TorchLayout layout) {
    if (!(layout.content() instanceof Map<?, ?> content)) {
      throw new InvalidCheckpointException(
          "the file holds " + described(layout.content()) + ", where a state dict is needed",
          path().toString(),
          "save the model with save_pretrained()");
    }
    List<RawTensorData> found = new ArrayList<>();
    List<Object> others = new ArrayList<>();
    long all = 0;
    for (Map.Entry<?, ?> entry : content.entrySet()) {
      if (!(entry.getKey() instanceof String name)
          || name.chars().anyMatch(Character::isISOControl)) {
        throw new InvalidCheckpointException(
            "a tensor's name is no text, or holds control characters: "
                + PickleReader.shown(String.valueOf(entry.getKey())),
            path().toString(),
            "save the model with save_pretrained()");
      }
      if (entry.getValue() instanceof TorchRecord value) {
        RawTensorData tensor = tensor(name, value, layout);
        requireInBounds(name, all, tensor.byteCount());
        all += tensor.byteCount();
        found.add(tensor);
      } else {
        others.add(name);
      }
    }
    found.sort(AS_SAFETENSORS);
    found.forEach(tensor -> tensors.put(tensor.name(), tensor));
    if (tensors.isEmpty()) {
      throw noStateDict(content);
    }
    if (!others.isEmpty()) {
      notes.add(
          "values of "
              + path().getFileName()
              + " that are no tensors were left out, as transformers leaves them out: "
              + TorchDialect.shown(new java.util.LinkedHashSet<>(others)));
    }
  }

  private static String described(Object content) {
    if (content instanceof TorchRecord) {
      return "one tensor";
    }
    return content instanceof PickleCall call
        ? "an object of " + PickleReader.shown(call.name().full())
        : content instanceof List ? "a list" : "no dict";
  }

  private InvalidCheckpointException noStateDict(Map<?, ?> content) {
    for (Map.Entry<?, ?> entry : content.entrySet()) {
      if (entry.getValue() instanceof Map) {
        return new InvalidCheckpointException(
            "the file is the checkpoint of a training program, with a dict "
                + PickleReader.shown(String.valueOf(entry.getKey()))
                + " in it, where transformers reads tensors: "
                + TorchDialect.shown(content.keySet()),
            path().toString(),
            "load it in the program that wrote it, and save the model with save_pretrained()");
      }
    }
    return new InvalidCheckpointException(
        content.isEmpty()
            ? "the file holds an empty dict, where a state dict is needed"
            : "the file holds no tensors: " + TorchDialect.shown(content.keySet()),
        path().toString(),
        "save the model with save_pretrained()");
  }

  private RawTensorData tensor(String name, TorchRecord record, TorchLayout layout) {
    DType dtype =
        TorchTypes.read(record.dtype())
            .orElseThrow(
                () ->
                    new InvalidCheckpointException(
                        "dtype "
                            + record.dtype()
                            + " is not supported; supported: F32, F16, BF16, F64",
                        where(name),
                        "convert the original, unquantized checkpoint"));
    TorchRecord.Stored stored = record.storage();
    TorchStorage storage = layout.storages().get(stored.key());
    int[] dims = new int[record.sizes().length];
    long bytes;
    long needed;
    try {
      boolean empty = false;
      long last = record.offset();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Math.toIntExact(record.sizes()[i]);
        empty |= dims[i] == 0;
        last =
            Math.addExact(last, Math.multiplyExact(Math.max(dims[i], 1) - 1L, record.strides()[i]));
      }
      int width = dtype.bits() / Byte.SIZE;
      dtype.bytes(Shape.of(dims).elements());
      needed = empty ? 0 : Math.multiplyExact(Math.addExact(last, 1), (long) width);
      bytes = Math.multiplyExact(stored.elements(), (long) TorchTypes.width(stored.dtype()));
    } catch (ArithmeticException e) {
      throw invalid("the tensor's sizes and strides are larger than any file", name);
    }
    int storedWidth = TorchTypes.width(stored.dtype());
    if (storage == null || storage.length() != bytes) {
      throw invalid(
          "the tensor's storage "
              + PickleReader.shown(stored.key())
              + " is said to have "
              + bytes
              + " bytes, but "
              + (storage == null ? "is not in the file" : "has " + storage.length()),
          name);
    }
    long first = stored.first() * storedWidth;
    if (needed > stored.visible() * storedWidth) {
      throw invalid(
          "the tensor's elements end at byte "
              + needed
              + " of a storage of "
              + stored.visible() * storedWidth
              + " bytes",
          name);
    }
    TorchStorage part =
        first == 0
            ? storage
            : new TorchStorage(
                bytes(),
                stored.key(),
                storage.begin() + first,
                storage.length() - first,
                TorchStorage.NO_SUM);
    return new TorchTensor(
        name,
        dtype,
        Shape.of(dims),
        part,
        needed == 0 ? 0 : record.offset(),
        record.strides(),
        layout.swapped(),
        recent);
  }

  private FileBytes bytes() {
    return bytes;
  }

  private void requireInBounds(String name, long before, long more) {
    if (more > MOST_TIMES * bytes.size() + SOME_BYTES - before) {
      throw invalid(
          "the tensor has "
              + more
              + " bytes beside "
              + before
              + " of others, but the file has "
              + bytes.size()
              + ": they are views of the same few numbers",
          name);
    }
  }

  private String where(String tensor) {
    return path() + ", tensor " + PickleReader.shown(tensor);
  }

  private InvalidCheckpointException invalid(String what, String tensor) {
    return new InvalidCheckpointException(
        what, where(tensor), "download the file again; it is damaged, or was made by hand");
  }

  @Override
  public Path path() {
    return bytes.path();
  }

  @Override
  public Map<String, RawTensorData> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
