package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.json.Json;
import dev.litegraft.tflite.Bundle;
import dev.litegraft.tflite.FileVerifier;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Opens files. Several things take about the same time in a fresh process, and all but the last
 * begin on threads of their own: loading the native library, looking for packed weights, making the
 * tokenizer, and reading and verifying the file.
 *
 * @param tokenizes whether texts are going to be asked
 * @param packed where packed weights are kept; absent where they are not
 */
record ModelOpening(RuntimeOptions options, boolean tokenizes, Optional<PackedFolder> packed) {
  /** How often a file is opened that is replaced by a rename each time. */
  private static final int ATTEMPTS = 8;

  private static final AtomicBoolean begun = new AtomicBoolean();

  ModelOpening(RuntimeOptions options, boolean tokenizes) {
    this(options, tokenizes, options.packedWeights().map(PackedFolder::of));
  }

  /**
   * Classes that reading a file needs, most of whose time goes into making them: on a thread of
   * their own, once, while the file's tables are read, which needs none of them.
   */
  private static void beginClasses() {
    if (begun.compareAndSet(false, true)) {
      Beside<Boolean> ignored =
          Beside.begin(
              "litegraft-classes",
              () -> {
                Json.prepare();
                FileVerifier.prepare();
                return ModelFacts.builder().known().labels().isEmpty();
              });
    }
  }

  /** Opens a file. */
  RawModel open(Path file) throws IOException {
    LiteRt.begin();
    beginClasses();
    for (int attempt = 1; ; attempt++) {
      FileIdentity identity = FileIdentity.of(file);
      try {
        return open(file, identity);
      } catch (InvalidFileException e) {
        // Replaced by a rename meanwhile: what is there now is whole.
        if (attempt == ATTEMPTS || identity.equals(FileIdentity.of(file))) {
          throw e;
        }
      }
    }
  }

  private RawModel open(Path file, FileIdentity identity) throws IOException {
    boolean bundle = Bundle.isOne(file);
    if (bundle && identity.bytes() > Integer.MAX_VALUE) {
      throw new InvalidFileException(
          "the bundle has " + identity.bytes() + " bytes, and at most 2 GiB are read",
          file.toString(),
          "convert with a smaller --recipe");
    }
    Optional<Beside<PackedWeights.Search>> search =
        bundle || !Files.isRegularFile(file) ? Optional.empty() : search(file);
    ModelKnowledge text;
    LiteRtModel model;
    if (Files.isRegularFile(file)
        && (bundle || LiteRtModel.isCopied(identity.bytes(), options.inMemory()))) {
      Verified verified = verified(FileCopy.read(file), file.toString());
      text = verified.text();
      model = verified.model();
    } else {
      Door door;
      try (TfliteReader reader = TfliteReader.open(file)) {
        text = knowledge(reader);
        door = Door.open(reader, options.trust());
      }
      model = LiteRtModel.open(file, identity, door, options.inMemory());
    }
    PackedWeights.Search found =
        search.isPresent() ? found(search.get(), file) : PackedWeights.Search.NOTHING;
    found.weights().ifPresent(model::withWeights);
    found.note().ifPresent(model::withNote);
    return opened(model, text);
  }

  private RawModel opened(LiteRtModel model, ModelKnowledge text) {
    // Each subgraph would be packed for itself, whether it runs or not.
    boolean several = model.door().model().subgraphs().size() > 1;
    boolean wanted = several || options.threads() * options.interpreters() > 1;
    PackedWeights shared = wanted && !model.sharesWeights() ? PackedWeights.shared() : null;
    if (shared != null) {
      model.withWeights(shared);
    }
    return RawModel.of(model, text, options);
  }

  private Optional<Beside<PackedWeights.Search>> search(Path file) {
    if (packed.isEmpty()) {
      return Optional.empty();
    }
    try {
      FileStamp stamp = FileStamp.of(file); // Before anything of it is read.
      return Optional.of(
          Beside.begin("litegraft-weights", () -> PackedWeights.search(packed.get(), file, stamp)));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // Who reads the file will say so; elsewhere there are no stamps.
    }
  }

  private static PackedWeights.Search found(Beside<PackedWeights.Search> search, Path file) {
    try {
      PackedWeights.Search found = search.result();
      Optional<PackedWeights> weights = found.weights();
      if (weights.isEmpty() || weights.get().isOf(file)) {
        return found;
      }
      weights.get().close(); // They are of the file that was there before.
      return PackedWeights.Search.NOTHING;
    } catch (IOException e) {
      return PackedWeights.Search.NOTHING; // The file was removed: no more can be known of it.
    }
  }

  /** Opens a file in memory. */
  RawModel open(ByteBuffer bytes) throws IOException {
    LiteRt.begin();
    beginClasses();
    String where = "a buffer of " + bytes.remaining() + " bytes";
    Verified verified = verified(FileCopy.of(bytes), where);
    return opened(verified.model(), verified.text());
  }

  private record Verified(LiteRtModel model, ModelKnowledge text) {}

  private Verified verified(FileCopy copy, String where) throws IOException {
    ModelKnowledge text;
    Door door;
    Door embedder = null;
    Bundle bundle = null;
    try (TfliteReader reader = TfliteReader.open(copy.buffer(), where)) {
      text = knowledge(reader);
      door = Door.open(reader, options.trust());
      if (reader.bundle().isPresent()) {
        bundle = reader.bundle().get();
        embedder = Door.open(bundle.openEmbedder(), options.trust());
      }
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
    LiteRtModel model =
        bundle == null || embedder == null
            ? LiteRtModel.of(copy, where, door)
            : LiteRtModel.of(copy, where, bundle, door, embedder);
    return new Verified(model, text);
  }

  private ModelKnowledge knowledge(TfliteReader reader) throws IOException {
    ModelKnowledge text = ModelKnowledge.of(reader, options);
    return tokenizes ? text.withTokenizerBegun() : text;
  }
}
