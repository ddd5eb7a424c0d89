package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The layout of {@code torch.save} since version 1.6: a zip file of {@code NAME/data.pkl}, {@code
 * NAME/data/0} … and {@code NAME/byteorder}.
 *
 * <p>Source: {@code torch/serialization.py}, {@code _save} and {@code _load}, and {@code
 * caffe2/serialize/inline_container.h}.
 */
final class TorchArchive {
  private static final String PICKLE = "/data.pkl";
  private static final String STORAGE = "/data/";
  private static final String BYTE_ORDER = "/byteorder";

  /** What a compiled model's archive has, to what wrote it. */
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "constants.pkl", "torch.jit.save (TorchScript)",
          "bytecode.pkl", "torch.jit.save (TorchScript for phones)",
          "models/model.json", "torch.export.save",
          "serialized_exported_program.json", "torch.export.save");

  /** 300,000 tensors. */
  private static final long MAX_PICKLE_BYTES = 64 << 20;

  private final FileBytes file;
  private final Map<String, ZipDirectory.Entry> entries;
  private final String root;

  private TorchArchive(FileBytes file, Map<String, ZipDirectory.Entry> entries) {
    this.file = file;
    this.entries = entries;
    this.root = root();
  }

  static TorchLayout read(FileBytes file) throws IOException {
    requireNoProgram(file);
    return new TorchArchive(file, ZipDirectory.read(file)).read();
  }

  /** Programs are zip files, too, whose code is compressed. */
  private static void requireNoProgram(FileBytes file) throws IOException {
    for (String name : ZipDirectory.names(file)) {
      String kind = PROGRAMS.getOrDefault(name.substring(name.indexOf('/') + 1), "");
      if (!kind.isEmpty()) {
        throw new InvalidCheckpointException(
            "the file is a program that "
                + kind
                + " wrote, where the model's weights are needed alone, by their names",
            file.path() + ", " + PickleReader.shown(name),
            "convert the folder that save_pretrained() wrote of the model before it was compiled");
      }
    }
  }

  private String root() {
    Optional<String> found =
        entries.keySet().stream()
            .filter(
                name ->
                    name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length())
            .findFirst();
    if (found.isEmpty()) {
      throw new InvalidCheckpointException(
          "the zip file has no data.pkl, which torch writes: "
              + TorchDialect.shown(entries.keySet()),
          file.path().toString(),
          "check that the file is what its name says, and download it again");
    }
    return found.get().substring(0, found.get().length() - PICKLE.length());
  }

  private TorchLayout read() throws IOException {
    boolean swapped = isBigEndian();
    ZipDirectory.Entry pickle = entry(PICKLE);
    if (pickle.length() > MAX_PICKLE_BYTES) {
      throw new InvalidCheckpointException(
          "data.pkl has "
              + pickle.length()
              + " bytes, where "
              + MAX_PICKLE_BYTES
              + " is the most that can be read",
          file.path().toString(),
          "save the weights alone, with save_pretrained()");
    }
    content(pickle).requireWhole();
    Object content;
    try (InputStream in = file.stream(pickle.begin(), pickle.begin() + pickle.length())) {
      PickleInput input = new PickleInput(in, file.path() + ", " + pickle.name(), 0);
      content = PickleReader.read(input, new TorchDialect());
      if (input.position() != pickle.length()) {
        throw input.invalid("data.pkl goes on behind the end of its pickle");
      }
    }
    Map<String, TorchStorage> storages = new LinkedHashMap<>();
    String prefix = root + STORAGE;
    entries.forEach(
        (name, entry) -> {
          if (name.startsWith(prefix)) {
            storages.put(name.substring(prefix.length()), content(entry));
          }
        });
    return new TorchLayout(content, storages, swapped);
  }

  private ZipDirectory.Entry entry(String name) {
    ZipDirectory.Entry entry = entries.get(root + name);
    if (entry == null) {
      throw new IllegalStateException(name);
    }
    return entry;
  }

  private TorchStorage content(ZipDirectory.Entry entry) {
    return new TorchStorage(file, entry.name(), entry.begin(), entry.length(), entry.crc32());
  }

  /** Files without the entry were written before torch 2.1, on machines that are little-endian. */
  private boolean isBigEndian() throws IOException {
    ZipDirectory.Entry order = entries.get(root + BYTE_ORDER);
    if (order == null) {
      return false;
    }
    String said = "";
    if (order.length() <= 16) {
      content(order).requireWhole();
      try (InputStream in = file.stream(order.begin(), order.begin() + order.length())) {
        said = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      }
    }
    if (!said.equals("big") && !said.equals("little")) {
      throw new InvalidCheckpointException(
          "byteorder says " + PickleReader.shown(said) + ", where little or big is known",
          file.path() + ", " + order.name(),
          "download the file again; it is damaged, or was made by hand");
    }
    return said.equals("big");
  }
}
