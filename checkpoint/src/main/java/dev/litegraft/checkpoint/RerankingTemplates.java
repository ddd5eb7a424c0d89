package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Reranking;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the publishers of rerankers that are causal language models ask them: what {@code --reranker}
 * names.
 *
 * @param name of those in {@code rerankers.json}, or the file
 * @param segments as {@link Reranking#segments()}
 * @param instruction the usual one; empty where there is none
 * @param trueToken the word whose logit is the score, or a token's id
 * @param falseToken the word whose logit is subtracted, or a token's id; empty for none
 */
public record RerankingTemplates(
    String name, List<String> segments, String instruction, String trueToken, String falseToken) {
  private static final long MAX_BYTES = 1 << 20;
  private static final String FORM =
      "a JSON file of \"segments\", \"true_token\" and, if two words are compared,"
          + " \"false_token\"";

  private static final String BUILT_IN = "rerankers.json";

  public RerankingTemplates {
    segments = List.copyOf(segments);
  }

  /**
   * A template that is built in, or that a JSON file has.
   *
   * @throws InvalidRequestException if it is neither
   * @throws IOException if the file cannot be read
   */
  public static RerankingTemplates of(String name) throws IOException {
    Map<String, @Nullable Object> known = builtIn();
    if (known.get(name) instanceof Map<?, ?> template) {
      return read(members(template), name);
    }
    Path file = Path.of(name);
    if (!Files.isRegularFile(file)) {
      throw new InvalidRequestException(
          "--reranker is \"" + name + "\", which is neither a known name nor a file",
          name,
          "a name of " + known.keySet() + ", or " + FORM);
    }
    try {
      return read(Json.read(file, MAX_BYTES), name);
    } catch (InvalidInputException e) {
      throw InvalidRequestException.of(e);
    }
  }

  private static Map<String, @Nullable Object> members(Map<?, ?> json) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    json.forEach((key, value) -> members.put(String.valueOf(key), value));
    return members;
  }

  private static Map<String, @Nullable Object> builtIn() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RerankingTemplates.class.getResourceAsStream(BUILT_IN), BUILT_IN)) {
      return Json.parse(in.readAllBytes(), BUILT_IN);
    }
  }

  private static RerankingTemplates read(Map<String, @Nullable Object> json, String name) {
    for (String key : json.keySet()) {
      if (!List.of("source", "segments", "instruction", "true_token", "false_token")
          .contains(key)) {
        throw refused(name, "the unknown key " + key);
      }
    }
    List<String> segments =
        json.get("segments") instanceof List<?> list
            ? list.stream()
                .map(String::valueOf)
                // What stands behind the document is a segment of its own, which is never cut.
                .flatMap(s -> Arrays.stream(s.split("(?<=\\{document\\})", -1)))
                .filter(s -> !s.isEmpty())
                .toList()
            : List.of();
    for (String place : List.of(Reranking.QUERY, Reranking.DOCUMENT)) {
      if (segments.stream().filter(segment -> segment.contains(place)).count() != 1) {
        throw refused(name, "segments without one place for " + place);
      }
    }
    Object yes = json.get("true_token");
    if (yes == null) {
      throw refused(name, "no true_token");
    }
    Object no = json.get("false_token");
    return new RerankingTemplates(
        name,
        segments,
        String.valueOf(json.getOrDefault("instruction", "")),
        String.valueOf(yes),
        no == null ? "" : String.valueOf(no));
  }

  private static InvalidRequestException refused(String name, String what) {
    return new InvalidRequestException("the template has " + what, name, FORM);
  }

  /**
   * The template with the ids that a checkpoint's tokenizer has for its words.
   *
   * @throws dev.litegraft.error.InvalidCheckpointException if a word or a special token of the
   *     template is not one token of it
   * @throws IOException if the tokenizer's files cannot be read
   */
  public Reranking resolved(CheckpointTokenizer tokenizer) throws IOException {
    return new Reranking(
        segments,
        instruction,
        RerankingTokens.id(tokenizer, trueToken, name),
        falseToken.isEmpty() ? -1 : RerankingTokens.id(tokenizer, falseToken, name));
  }
}
