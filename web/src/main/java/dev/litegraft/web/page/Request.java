package dev.litegraft.web.page;

import dev.litegraft.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a page asks.
 *
 * @param mode what is to be done
 * @param texts the text; of a pair both; the two that are compared; those that are ordered; the
 *     question; the text and a hypothesis with a place for a label
 * @param context what they are compared with: the query, the text that has the answer, or labels,
 *     one a line; else empty
 */
record Request(Mode mode, List<String> texts, String context) {
  Request {
    texts = List.copyOf(texts);
  }

  static Request of(Map<String, @Nullable Object> json) {
    return new Request(
        Mode.valueOf(String.valueOf(json.get("mode")).toUpperCase(Locale.ROOT)),
        ((List<?>) json.getOrDefault("texts", List.of())).stream().map(String::valueOf).toList(),
        String.valueOf(json.getOrDefault("context", "")));
  }

  /** Of its JSON. */
  static Request of(String json) {
    return of(Json.parse(json, "a request"));
  }

  String text(int index) {
    return texts.get(index);
  }

  void write(JsonText json) {
    json.open('{')
        .member("mode", mode.id())
        .texts("texts", texts)
        .member("context", context)
        .close('}');
  }
}
