package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer that is inside of a file. It is made when it is first asked for, and its bytes, which
 * are up to tens of megabytes, are let go then; whoever opens it later shares its tables.
 */
final class StoredTokenizer implements ModelKnowledge.Opening {
  private final Optional<byte[]> config;
  private final String where;
  private TfliteReader.@Nullable Content json;
  private @Nullable Tokenizer made;

  StoredTokenizer(TfliteReader.Content json, Optional<byte[]> config, String where) {
    this.json = json;
    this.config = config;
    this.where = where;
  }

  @Override
  public synchronized Tokenizer open() throws IOException {
    TfliteReader.Content content = json;
    if (content != null) {
      try {
        made = Tokenizer.of(content.bytes(), config, where);
        json = null;
      } catch (InvalidInputException e) {
        throw InvalidFileException.of(e);
      }
    }
    return Objects.requireNonNull(made).another();
  }
}
