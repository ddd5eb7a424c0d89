package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout of {@code torch.save} before version 1.6: five pickles (a magic number, the version of
 * the layout, facts of the machine, what was saved, and the keys of the storages), and behind them
 * each storage's number of elements (8 bytes) and its bytes. Numbers are little-endian whichever
 * machine wrote them.
 *
 * <p>Source: {@code torch/serialization.py}, {@code _legacy_save} and {@code _legacy_load}.
 */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private final FileBytes file;
  private final InputStream in;

  /** Elements and type of each storage that the saved tensors are of. */
  private final Map<String, TorchRecord.Stored> named = new LinkedHashMap<>();

  private long position;

  private TorchLegacy(FileBytes file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  static TorchLayout read(FileBytes file) throws IOException {
    try (InputStream in = file.stream(0, file.size())) {
      return new TorchLegacy(file, in).read();
    }
  }

  private TorchLayout read() throws IOException {
    if (!MAGIC.equals(next(new Plain(), "the magic number"))) {
      throw new InvalidCheckpointException(
          "the file is a pickle of Python's that torch.save did not write",
          file.path().toString(),
          "check that the file holds the model's weights, and download it again");
    }
    Object version = next(new Plain(), "the version of the layout");
    if (!version.equals(VERSION)) {
      throw invalid(
          "the layout is of version "
              + PickleReader.shown(String.valueOf(version instanceof Long ? version : "?"))
              + ", where "
              + VERSION
              + " is known");
    }
    if (!(next(new Plain(), "the facts of the machine") instanceof Map)) {
      throw invalid("the facts of the machine that wrote the file are missing");
    }
    Object content = next(new Naming(), "what was saved");
    Object keys = next(new Plain(), "the keys of the storages");
    return new TorchLayout(content, storages(keys), false);
  }

  private Object next(PickleDialect dialect, String part) throws IOException {
    PickleInput input = new PickleInput(in, file.path() + ", " + part, position);
    Object value = PickleReader.read(input, dialect);
    position += input.position();
    return value;
  }

  private Map<String, TorchStorage> storages(Object keys) throws IOException {
    if (!(keys instanceof List<?> list)) {
      throw invalid("the keys of the storages are no list");
    }
    List<String> names = new ArrayList<>();
    list.forEach(key -> names.add(key instanceof String || key instanceof Long ? "" + key : ""));
    Map<String, TorchStorage> storages = new LinkedHashMap<>();
    for (String key : names) {
      TorchRecord.Stored stored = named.get(key);
      if (stored == null) {
        throw invalid("a storage of the file belongs to no tensor");
      }
      long length = Math.multiplyExact(stored.elements(), (long) TorchTypes.width(stored.dtype()));
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      if (!file.fill(count, position)
          || count.getLong(0) != stored.elements()
          || length > file.size() - position - Long.BYTES) {
        throw invalid(
            "the file is cut off or damaged at a storage that should have "
                + stored.elements()
                + " elements");
      }
      position += Long.BYTES;
      TorchStorage storage =
          new TorchStorage(file, "storage " + key, position, length, TorchStorage.NO_SUM);
      if (storages.put(key, storage) != null) {
        throw invalid("a storage stands twice in the file");
      }
      position += length;
    }
    if (position != file.size()) {
      throw invalid(
          "the file goes on for " + (file.size() - position) + " bytes behind its last storage");
    }
    return storages;
  }

  private InvalidCheckpointException invalid(String what) {
    return new InvalidCheckpointException(
        what,
        file.path() + ", byte " + position,
        "download the file again; it is damaged, or was made by hand");
  }

  /** Numbers and texts alone. */
  private static final class Plain implements PickleDialect {
    @Override
    public InvalidCheckpointException refusal(PickleName name, PickleInput input) {
      return new TorchDialect().refusal(name, input);
    }

    @Override
    public boolean knows(PickleName name) {
      return false;
    }
  }

  /** Remembers which storages there are: how long one is stands in the pickle. */
  private final class Naming implements PickleDialect {
    private final TorchDialect torch = new TorchDialect();

    @Override
    public boolean knows(PickleName name) {
      return torch.knows(name);
    }

    @Override
    public InvalidCheckpointException refusal(PickleName name, PickleInput input) {
      return torch.refusal(name, input);
    }

    @Override
    public Object called(PickleName name, PickleTuple arguments, PickleInput input) {
      return torch.called(name, arguments, input);
    }

    @Override
    public Object kept(Object id, PickleInput input) {
      TorchRecord.Stored stored = torch.kept(id, input);
      TorchRecord.Stored before = named.putIfAbsent(stored.key(), stored);
      if (before != null
          && (before.elements() != stored.elements() || !before.dtype().equals(stored.dtype()))) {
        throw input.invalid("a storage is said to be of two sizes or types");
      }
      return stored;
    }
  }
}
