package dev.litegraft.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.NonRetriableException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all builders have; in LangChain4j's manner, so that a framework can fill them.
 *
 * @param <B> the builder itself
 */
@SuppressWarnings("unchecked")
abstract class FileBuilder<B extends FileBuilder<B>> {
  private @Nullable String file;
  private RuntimeOptions options = RuntimeOptions.defaults();

  /** Opens a file. */
  interface Opening<T> {
    T open(Path file, RuntimeOptions options) throws IOException;
  }

  /** Asks a model. */
  interface Asking<T> {
    T answer() throws IOException;
  }

  /** The path of the {@code .tflite} file. */
  public B file(String path) {
    file = path;
    return (B) this;
  }

  /** Threads of one call; by default and for null one for each processor, at most four. */
  public B threads(@Nullable Integer count) {
    options = count == null ? RuntimeOptions.defaults() : options.withThreads(count);
    return (B) this;
  }

  <T> T open(Opening<T> opening) {
    Path path = Path.of(Objects.requireNonNull(file, "file: the path of a .tflite file"));
    return asked(() -> opening.open(path, options));
  }

  /** What cannot be done is said with LangChain4j's exceptions. */
  static <T> T asked(Asking<T> asking) {
    try {
      return asking.answer();
    } catch (InvalidInputException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    } catch (LitegraftException | IOException e) {
      throw new NonRetriableException(e.toString(), e);
    }
  }
}
