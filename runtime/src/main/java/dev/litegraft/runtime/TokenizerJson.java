package dev.litegraft.runtime;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.litegraft.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tokenizer.json} with the settings of {@code tokenizer_config.json} that override it.
 *
 * <p>Source: {@code BertTokenizerFast.__init__}, {@code PreTrainedTokenizerFast.__init__}.
 */
final class TokenizerJson {
  private TokenizerJson() {}

  /**
   * The bytes of {@code json}, in which the normalizer and the pre-tokenizer say what {@code
   * config} says.
   *
   * @throws dev.litegraft.error.InvalidInputException if it is not JSON
   */
  static byte[] merged(byte[] json, TokenizerConfig config, String where) {
    Map<String, Boolean> normalizer = config.normalizerOverrides();
    Map<String, Boolean> preTokenizer =
        config.addPrefixSpace().map(value -> Map.of("add_prefix_space", value)).orElse(Map.of());
    if (normalizer.isEmpty() && preTokenizer.isEmpty()) {
      return json;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 64);
    try (JsonParser parser = Json.skimming(json)) {
      int copied = 0;
      int left = 2;
      parser.nextToken();
      while (left > 0 && parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (!name.equals("normalizer") && !name.equals("pre_tokenizer")) {
          parser.skipChildren();
          continue;
        }
        left--;
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
          continue;
        }
        int begin = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        Map<String, @Nullable Object> section = Json.objectAt(parser, where);
        int end = Math.toIntExact(parser.currentLocation().getByteOffset());
        Map<String, @Nullable Object> changed =
            overridden(section, name.equals("normalizer") ? normalizer : preTokenizer);
        if (!changed.equals(section)) {
          out.write(json, copied, begin - copied);
          byte[] text = text(changed).getBytes(StandardCharsets.UTF_8);
          out.write(text, 0, text.length);
          copied = end;
        }
      }
      out.write(json, copied, json.length - copied);
      return out.toByteArray();
    } catch (StreamReadException e) {
      throw Json.noJson(e, where);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // transformers changes a setting only where the section has it: a Sequence is left alone.
  private static Map<String, @Nullable Object> overridden(
      Map<String, @Nullable Object> section, Map<String, Boolean> overrides) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(section);
    overrides.forEach(
        (key, value) -> {
          if (section.containsKey(key)) {
            changed.put(key, value);
          }
        });
    return changed;
  }

  private static String text(Map<String, @Nullable Object> object) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Json.generator(text)) {
      Json.write(out, object);
    }
    return text.toString();
  }
}
