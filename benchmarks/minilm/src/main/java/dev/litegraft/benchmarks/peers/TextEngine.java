package dev.litegraft.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.langchain4j.model.embedding.EmbeddingModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Answers texts, tokens and all, behind LangChain4j's interface.
 *
 * @param closing frees the model
 */
record TextEngine(String version, EmbeddingModel model, Runnable closing) implements Engine {
  /** {@code texts FILE}: milliseconds a text, of all of its lines one by one. */
  @Override
  public double[] obey(String... words) throws Exception {
    if (!words[0].equals("texts")) {
      throw new IllegalArgumentException(Arrays.toString(words));
    }
    List<String> texts = Files.readAllLines(Path.of(words[1]), UTF_8);
    long begin = System.nanoTime();
    for (String text : texts) {
      model.embed(text);
    }
    return new double[] {(System.nanoTime() - begin) / 1e6 / texts.size()};
  }

  @Override
  public void close() {
    closing.run();
  }
}
