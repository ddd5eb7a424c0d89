package dev.litegraft.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all builders have; in LangChain4j's manner, so that a framework can fill them. */
abstract class FileBuilder<B extends FileBuilder<B>> {
  private @Nullable String file;
  private RuntimeOptions options = RuntimeOptions.defaults();

  /** Opens a file. */
  interface Opening<T> {
    T open(Path file, RuntimeOptions options) throws IOException;
  }

  abstract B self();

  /** The path of the {@code .tflite} file. */
  public B file(String path) {
    this.file = path;
    return self();
  }

  /** Threads of one call; default: one for each processor, at most four. */
  public B threads(Integer count) {
    options = options.withThreads(count);
    return self();
  }

  <T> T open(Opening<T> opening) {
    Path path = Path.of(Objects.requireNonNull(file, "file: the path of a .tflite file"));
    return asked(
        () -> {
          try {
            return opening.open(path, options);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What cannot be used is said with LangChain4j's exception. */
  static <T> T asked(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (InvalidInputException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }
}
