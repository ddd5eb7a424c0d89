package dev.litegraft.serve;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model that makes vectors of texts. */
record ServedEmbedder(
    String name,
    Optional<ModelFacts> facts,
    TextEmbedder embedder,
    TextQueue<Input, TextEmbedding> queue)
    implements ServedModel {
  /**
   * A text.
   *
   * @param prompt the name of the prompt that stands before it; absent for the model's usual one
   */
  record Input(String text, Optional<String> prompt) {}

  static ServedEmbedder of(
      String name, Optional<ModelFacts> facts, RawModel raw, ServeOptions options, Metrics metrics)
      throws IOException {
    TextEmbedder embedder = TextEmbedder.of(raw);
    TextQueue<Input, TextEmbedding> queue =
        new TextQueue<>(
            name,
            texts -> answers(embedder, texts),
            options.queue(),
            ServedModel.batch(options),
            metrics);
    metrics.queue(name, queue::size);
    return new ServedEmbedder(name, facts, embedder, queue);
  }

  @Override
  public RawModel raw() {
    return embedder.model();
  }

  @Override
  public boolean ranks() {
    return false;
  }

  /** What becomes of texts; see {@link TextQueue#submit}. */
  CompletableFuture<List<Outcome<Input, TextEmbedding>>> embedded(List<Input> texts) {
    return queue.submit(texts);
  }

  @Override
  public void warmUp() {
    Warmth.warm(embedder::embed, embedder::embedAll);
  }

  private static List<Outcome<Input, TextEmbedding>> answers(
      TextEmbedder embedder, List<Input> texts) {
    if (texts.size() == 1) {
      return Lone.answer(
          texts.get(0),
          one ->
              one.prompt().isPresent()
                  ? embedder.embed(one.text(), one.prompt().get())
                  : embedder.embed(one.text()));
    }
    List<@Nullable Outcome<Input, TextEmbedding>> all =
        new ArrayList<>(Collections.nCopies(texts.size(), null));
    for (Optional<String> prompt : texts.stream().map(Input::prompt).distinct().toList()) {
      List<Integer> places =
          IntStream.range(0, texts.size())
              .filter(i -> texts.get(i).prompt().equals(prompt))
              .boxed()
              .toList();
      Stream<String> some = places.stream().map(i -> texts.get(i).text());
      try (Stream<Outcome<String, TextEmbedding>> answers =
          prompt.isPresent() ? embedder.embedAll(some, prompt.get()) : embedder.embedAll(some)) {
        answers.forEach(
            one -> {
              int place = places.get((int) one.index());
              all.set(place, new Outcome<>(place, texts.get(place), one.answer(), one.fault()));
            });
      }
    }
    return all.stream().map(java.util.Objects::requireNonNull).toList();
  }

  @Override
  public void close() {
    queue.close();
    embedder.close();
  }
}
