package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.CheckpointJson;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.template.ChatTemplate;
import dev.litegraft.checkpoint.template.TemplateException;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Reranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a CrossEncoder with {@code LogitScore} asks a language model: the folder's chat template,
 * filled in with marks in place of what is asked.
 *
 * <p>Source: {@code LogitScore} of sentence-transformers, and {@code pair_to_messages} of its
 * Transformer: the query and the document are messages of these roles, a prompt is the system's.
 */
final class RerankingModules {
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final long MAX_BYTES = 16 << 20;
  private static final String INSTRUCTION = "\uE000instruction\uE000";
  private static final String QUERY = "\uE000query\uE000";
  private static final String DOCUMENT = "\uE000document\uE000";

  private final Path model;
  private final SentenceSettings.Chat chat;

  private RerankingModules(Path model, SentenceSettings.Chat chat) {
    this.model = model;
    this.chat = chat;
  }

  /**
   * Reads the module's config and the template.
   *
   * @param model the folder of the language model
   * @param score the config of the module
   * @param prompt the default prompt; empty for none
   * @param chat how the template is filled in
   */
  static Reranking read(Path model, HfConfig score, String prompt, SentenceSettings.Chat chat)
      throws IOException {
    int yes = score.integer("true_token_id");
    int no = score.has("false_token_id") ? score.integer("false_token_id") : -1;
    score.text("module_input_name", "causal_logits");
    return new RerankingModules(model, chat).asked(yes, no, prompt);
  }

  private Reranking asked(int yes, int no, String prompt) throws IOException {
    Map<String, @Nullable Object> settings =
        Files.isRegularFile(model.resolve(CONFIG))
            ? CheckpointJson.read(model.resolve(CONFIG), MAX_BYTES)
            : Map.of();
    String source = source(settings);
    String with = rendered(source, settings, INSTRUCTION);
    String without = rendered(source, settings, "");
    String usual = prompt;
    if (!with.contains(INSTRUCTION) || (prompt.isEmpty() && !sameAround(with, without))) {
      with = prompt.isEmpty() ? without : rendered(source, settings, prompt);
      usual = "";
    } else if (prompt.isEmpty()) {
      int from = with.indexOf(INSTRUCTION);
      int after = with.length() - from - INSTRUCTION.length();
      usual = without.substring(from, without.length() - after);
    }
    if (with.split(QUERY, -1).length != 2 || with.split(DOCUMENT, -1).length != 2) {
      throw refused(
          "the chat template does not carry one query and one document", "once each is needed");
    }
    int end = Math.max(with.indexOf(DOCUMENT) + DOCUMENT.length(), with.indexOf(QUERY));
    List<String> segments = new ArrayList<>();
    segments.add(named(with.substring(0, end)));
    if (end < with.length()) {
      segments.add(named(with.substring(end)));
    }
    return new Reranking(segments, usual, yes, no);
  }

  /** Whether the template puts an instruction of its own where a prompt would stand. */
  private static boolean sameAround(String with, String without) {
    int from = with.indexOf(INSTRUCTION);
    String after = with.substring(from + INSTRUCTION.length());
    return without.length() >= from + after.length()
        && without.startsWith(with.substring(0, from))
        && without.endsWith(after);
  }

  private static String named(String text) {
    return text.replace(INSTRUCTION, Reranking.INSTRUCTION)
        .replace(QUERY, Reranking.QUERY)
        .replace(DOCUMENT, Reranking.DOCUMENT);
  }

  private String source(Map<String, @Nullable Object> settings) throws IOException {
    Path file = model.resolve(TEMPLATE);
    if (Files.isRegularFile(file)) {
      return Files.readString(file);
    }
    return Optional.ofNullable(settings.get("chat_template"))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .orElseThrow(
            () ->
                refused(
                    "the folder is a reranker that reads words of a language model, and has no chat"
                        + " template",
                    "chat_template.jinja with the roles query and document"));
  }

  private String rendered(
      String source, Map<String, @Nullable Object> settings, String instruction) {
    List<Map<String, @Nullable Object>> messages = new ArrayList<>();
    if (!instruction.isEmpty()) {
      messages.add(message("system", instruction));
    }
    messages.add(message("query", QUERY));
    messages.add(message("document", DOCUMENT));
    Map<String, @Nullable Object> values = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          if (name.endsWith("_token")) {
            values.put(name, value instanceof Map<?, ?> added ? added.get("content") : value);
          }
        });
    values.put("messages", messages);
    values.put("add_generation_prompt", chat.generationPrompt());
    try {
      return ChatTemplate.of(source).render(values);
    } catch (TemplateException e) {
      throw refused(
          "the chat template has a part that is not known: " + e.what(),
          "a template of if, for, set and the usual filters");
    }
  }

  private Map<String, @Nullable Object> message(String role, String content) {
    Map<String, @Nullable Object> message = new HashMap<>();
    message.put("role", role);
    message.put(
        "content", chat.structured() ? List.of(Map.of("type", "text", "text", content)) : content);
    return message;
  }

  private InvalidCheckpointException refused(String what, String needed) {
    return new InvalidCheckpointException(
        what, model.toString(), "needed is " + needed + "; or name a template with --reranker");
  }
}
