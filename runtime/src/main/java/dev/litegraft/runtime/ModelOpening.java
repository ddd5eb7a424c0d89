package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tflite.Bundle;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens files. Three things take about the same time in a fresh process, and the first two begin on
 * threads of their own: loading the native library, making the tokenizer, and reading and verifying
 * the file.
 *
 * @param tokenizes whether texts are going to be asked
 */
record ModelOpening(RuntimeOptions options, boolean tokenizes) {
  /** How often a file is opened that is replaced by a rename each time. */
  private static final int ATTEMPTS = 8;

  /** Opens a file. */
  RawModel open(Path file) throws IOException {
    LiteRt.begin();
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
    if (Files.isRegularFile(file)
        && (bundle || LiteRtModel.isCopied(identity.bytes(), options.inMemory()))) {
      return open(FileCopy.read(file), file.toString());
    }
    ModelKnowledge text;
    Door door;
    try (TfliteReader reader = TfliteReader.open(file)) {
      text = knowledge(reader);
      door = Door.open(reader, options.trust());
    }
    return RawModel.of(LiteRtModel.open(file, identity, door, options.inMemory()), text, options);
  }

  /** Opens a file in memory. */
  RawModel open(ByteBuffer bytes) throws IOException {
    LiteRt.begin();
    return open(FileCopy.of(bytes), "a buffer of " + bytes.remaining() + " bytes");
  }

  private RawModel open(FileCopy copy, String where) throws IOException {
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
    return RawModel.of(model, text, options);
  }

  private ModelKnowledge knowledge(TfliteReader reader) throws IOException {
    ModelKnowledge text = ModelKnowledge.of(reader, options);
    return tokenizes ? text.withTokenizerBegun() : text;
  }
}
