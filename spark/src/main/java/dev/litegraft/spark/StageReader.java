package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/** Reads what a transformer saved, and says so where a folder has another stage. */
final class StageReader<T extends TextTransformer<T>> extends MLReader<T> {
  private final Class<T> type;

  StageReader(Class<T> type) {
    this.type = type;
  }

  /**
   * Reads a folder.
   *
   * @throws InvalidRequestException if it has something else than this transformer
   */
  @Override
  public T load(String path) {
    String found = DefaultParamsReader.loadMetadata(path, sparkSession()).className();
    if (!found.equals(type.getName())) {
      throw new InvalidRequestException(
          "the folder has a " + found + ", and a " + type.getSimpleName() + " is asked for",
          path,
          found.substring(found.lastIndexOf('.') + 1) + ".load, or the folder of another stage");
    }
    return new DefaultParamsReader<T>().session(sparkSession()).load(path);
  }
}
