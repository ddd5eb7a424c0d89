package dev.litegraft.spark;

import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructField;

/**
 * Embeds a column of texts: {@code outputCol} (default {@code embedding}) has a vector of Spark ML,
 * whose numbers are the model's f32. {@code prompt} names one of the file's prompts.
 */
public final class LitegraftEmbedder extends TextTransformer<LitegraftEmbedder> {
  private static final long serialVersionUID = 1L;

  private final Param<String> outputCol;
  private final Param<String> prompt;

  /** An embedder whose file is to be set. */
  public LitegraftEmbedder() {
    this(Identifiable$.MODULE$.randomUID("litegraftEmbedder"));
  }

  /** The same under a name, as Spark makes it when it reads one. */
  public LitegraftEmbedder(String uid) {
    super(uid);
    this.outputCol = new Param<>(uid, "outputCol", "column of the vector");
    this.prompt = new Param<>(uid, "prompt", "name of one of the file's prompts");
    defaults();
    setDefault(outputCol, "embedding");
    setDefault(prompt, "");
  }

  /** Reads what {@code write} saved. */
  public static MLReader<LitegraftEmbedder> read() {
    return new StageReader<>(LitegraftEmbedder.class);
  }

  /** Reads what {@code save} saved. */
  public static LitegraftEmbedder load(String path) {
    return read().load(path);
  }

  @Override
  LitegraftEmbedder self() {
    return this;
  }

  /** The column of the vector. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** The name of one of the file's prompts; empty for what the file does by itself. */
  public Param<String> prompt() {
    return prompt;
  }

  /** Sets {@link #outputCol()}. */
  public LitegraftEmbedder setOutputCol(String name) {
    set(outputCol, name);
    return this;
  }

  /** Sets {@link #prompt()}. */
  public LitegraftEmbedder setPrompt(String name) {
    set(prompt, name);
    return this;
  }

  @Override
  StructField[] columns() {
    return column(outputCol, SQLDataTypes.VectorType()).toArray(StructField[]::new);
  }

  @Override
  Answering answering(ModelFile model) {
    return new Embedding(model, columns(), value(prompt));
  }

  private record Embedding(ModelFile file, StructField[] columns, String prompt)
      implements Answering {
    @Override
    public Answers open() {
      TextEmbedder model = ExecutorModels.of(file, TextEmbedder.class, TextEmbedder::of);
      if (prompt.isEmpty()) {
        return texts -> model.embedAll(texts).map(o -> Answering.mapped(o, Embedding::values));
      }
      return texts ->
          model.embedAll(texts, prompt).map(o -> Answering.mapped(o, Embedding::values));
    }

    private static Object[] values(TextEmbedding answer) {
      double[] numbers = new double[answer.vector().length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = answer.vector()[i];
      }
      return new Object[] {Vectors.dense(numbers)};
    }
  }
}
