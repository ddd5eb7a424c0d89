package dev.litegraft.runtime;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer.json} says that the tokenizer itself has no use for.
 *
 * @param joinsPairs whether its post-processor has a template for two texts
 * @param marksSubwords whether the model writes a prefix, as {@code ##}, before what continues a
 *     word
 * @param unknownToken the model's token for what is not in its vocabulary
 * @param unknownId its id, where the model names that
 */
record TokenizerTraits(
    boolean joinsPairs,
    boolean marksSubwords,
    Optional<String> unknownToken,
    Optional<Integer> unknownId) {
  /** What stands for a token's length where the token is as it stands in the text. */
  static final int AS_IN_THE_TEXT = -1;

  private static final String POST_PROCESSOR = "post_processor";
  private static final String MODEL = "model";
  private static final String TYPE = "type";
  private static final String VOCABULARY = "vocab";
  private static final String PREFIX = "continuing_subword_prefix";
  private static final String UNKNOWN = "unk_token";
  private static final String UNKNOWN_ID = "unk_id";

  /**
   * Reads them; the vocabulary is passed over.
   *
   * @throws dev.litegraft.error.InvalidInputException if it is not JSON
   */
  static TokenizerTraits of(byte[] json, String where) {
    boolean joinsPairs = false;
    boolean processorRead = false;
    Map<String, @Nullable Object> model = Map.of();
    try (JsonParser parser = Json.skimming(json)) {
      parser.nextToken();
      while (!parser.hasToken(JsonToken.FIELD_NAME) && parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        boolean section = parser.nextToken() == JsonToken.START_OBJECT;
        processorRead |= name.equals(POST_PROCESSOR);
        if (section && name.equals(POST_PROCESSOR)) {
          joinsPairs = joinsPairs(Json.objectAt(parser, where));
        } else if (section && name.equals(MODEL)) {
          model = scalars(parser, processorRead);
        } else {
          parser.skipChildren();
        }
      }
    } catch (StreamReadException e) {
      throw Json.noJson(e, where);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TokenizerTraits(
        joinsPairs,
        model.get(PREFIX) instanceof String prefix && !prefix.isEmpty(),
        model.get(UNKNOWN) instanceof String token ? Optional.of(token) : Optional.empty(),
        model.get(UNKNOWN_ID) instanceof Integer id ? Optional.of(id) : Optional.empty());
  }

  /**
   * The short values of the model. Files that the tokenizers library wrote have them before the
   * vocabulary, which is most of the file and is left unread where {@code mayStop}.
   */
  private static Map<String, @Nullable Object> scalars(JsonParser parser, boolean mayStop)
      throws IOException {
    Map<String, @Nullable Object> scalars = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (mayStop && name.equals(VOCABULARY) && scalars.containsKey(TYPE)) {
        return scalars;
      }
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_STRING) {
        scalars.put(name, parser.getText());
      } else if (value == JsonToken.VALUE_NUMBER_INT) {
        scalars.put(name, parser.getIntValue());
      } else {
        parser.skipChildren();
      }
    }
    return scalars;
  }

  private static boolean joinsPairs(Map<?, ?> processor) {
    return switch (String.valueOf(processor.get(TYPE))) {
      case "BertProcessing", "RobertaProcessing" -> true;
      case "TemplateProcessing" ->
          processor.get("pair") instanceof List<?> pair && names(pair, "A") && names(pair, "B");
      case "Sequence" ->
          processor.get("processors") instanceof List<?> all
              && all.stream().anyMatch(one -> one instanceof Map<?, ?> m && joinsPairs(m));
      default -> false;
    };
  }

  private static boolean names(List<?> pair, String sequence) {
    return pair.stream()
        .anyMatch(
            piece ->
                piece instanceof Map<?, ?> p
                    && p.get("Sequence") instanceof Map<?, ?> s
                    && sequence.equals(s.get("id")));
  }

  /**
   * Whether a token goes on with the word before it. A token of a model that marks subwords does
   * where it is written longer or shorter than its text; of others where no space stands before it.
   *
   * <p>Source: {@code TokenClassificationPipeline.gather_pre_entities}.
   *
   * @param token how many code points the vocabulary writes it with, or {@link #AS_IN_THE_TEXT}
   * @param codePoints of the text that it stands for
   * @param start index of the token in {@code text}, in UTF-16 units
   */
  boolean isSubword(int token, int codePoints, String text, int start) {
    if (marksSubwords) {
      return token != AS_IN_THE_TEXT && token != codePoints;
    }
    return start > 0
        && text.charAt(start - 1) != ' '
        && (start == text.length() || text.charAt(start) != ' ');
  }
}
