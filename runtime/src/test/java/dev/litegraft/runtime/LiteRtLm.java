package dev.litegraft.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** LiteRT-LM's EmbeddingEngine in a process of Node ({@code clients/litert-lm/run.mjs}). */
final class LiteRtLm implements AutoCloseable {
  private static final String FOLDER = "litert-lm";

  private final ClientProcess process;

  private LiteRtLm(ClientProcess process) {
    this.process = process;
  }

  /**
   * What it answers to texts.
   *
   * @param vectors a text's each
   * @param tokens how many it read of each
   */
  record Answered(List<float[]> vectors, List<Integer> tokens) {}

  /** Why it cannot be run here; absent if it can. */
  static Optional<String> absence() {
    return ClientProcess.absence(FOLDER, "@litert-lm/core");
  }

  static LiteRtLm start() throws IOException {
    return new LiteRtLm(ClientProcess.ofNode(FOLDER));
  }

  /** The vectors of texts, as the bundle's graph makes them. */
  Answered embed(Path bundle, List<String> texts) throws IOException {
    Map<String, @Nullable Object> asked = new LinkedHashMap<>();
    asked.put("file", bundle.toString());
    asked.put("texts", texts);
    Map<String, ?> answered = process.ask(asked);
    return new Answered(
        list(answered.get("answers")).stream().map(ClientProcess::floats).toList(),
        list(answered.get("tokens")).stream().map(n -> ((Number) n).intValue()).toList());
  }

  private static List<?> list(@Nullable Object json) {
    return json instanceof List<?> list ? list : List.of();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
