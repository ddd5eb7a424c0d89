package dev.litegraft.facts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code litegraft.json} as text. */
final class FactsJson {
  private static final int MAX_DEPTH = 8;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Set<String> PROBLEM_TYPES =
      Set.of("single_label_classification", "multi_label_classification", "regression");
  private static final Pattern POOLINGS =
      Pattern.compile(
          "(last|cls|mean|max|mean_sqrt_len|weightedmean)"
              + "(\\+(last|cls|mean|max|mean_sqrt_len|weightedmean)){0,5}");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private FactsJson() {}

  static String write(ModelFacts facts) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
      write(facts, json);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }

  private static void write(ModelFacts facts, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("format_version", ModelFacts.FORMAT_VERSION);
    json.writeStringField("litegraft_version", facts.litegraftVersion());
    json.writeStringField("family", facts.family());
    json.writeStringField("hf_class", facts.hfClass());
    json.writeStringField("task", lower(facts.task()));
    strings(json, "labels", facts.labels());
    if (facts.problemType().isPresent()) {
      json.writeStringField("problem_type", facts.problemType().get());
    }
    if (facts.pooling().isPresent()) {
      json.writeStringField("pooling", facts.pooling().get());
    }
    if (facts.padTokenId().isPresent()) {
      json.writeNumberField("pad_token_id", facts.padTokenId().getAsInt());
    }
    json.writeStringField("padding_side", lower(facts.paddingSide()));
    json.writeNumberField("max_length", facts.maxLength());
    if (facts.modelMaxPositions().isPresent()) {
      json.writeNumberField("model_max_positions", facts.modelMaxPositions().getAsInt());
    }
    json.writeBooleanField("token_types", facts.tokenTypes());
    json.writeStringField("signature_names", lower(facts.signatureNames()));
    json.writeStringField("recipe", facts.recipe());
    json.writeNumberField("parameters", facts.parameters());
    json.writeArrayFieldStart("lengths");
    for (int length : facts.lengths()) {
      json.writeNumber(length);
    }
    json.writeEndArray();
    json.writeBooleanField("normalize", facts.normalize());
    if (!facts.prompt().isEmpty()) {
      json.writeStringField("prompt", facts.prompt());
    }
    if (facts.lowerCase()) {
      json.writeBooleanField("lower_case", true);
    }
    json.writeObjectFieldStart("provenance");
    json.writeStringField("config_sha256", facts.provenance().configSha256());
    if (facts.provenance().adapterSha256().isPresent()) {
      json.writeStringField("adapter_config_sha256", facts.provenance().adapterSha256().get());
    }
    strings(json, "source_files", facts.provenance().sourceFiles());
    json.writeObjectFieldStart("tensor_sha256");
    for (Map.Entry<String, String> tensor : facts.provenance().tensorSha256().entrySet()) {
      json.writeStringField(tensor.getKey(), tensor.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, List<String> strings)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static ModelFacts read(byte[] bytes, String where) {
    Map<String, Object> root;
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw fault("it is not a JSON object", where);
      }
      root = object(parser);
      if (parser.nextToken() != null) {
        throw fault("there is more behind its JSON object", where);
      }
    } catch (IOException e) {
      throw fault("it is not JSON: " + e.getMessage(), where);
    }
    return facts(new Fields(root, "", where), where);
  }

  private static ModelFacts facts(Fields f, String where) {
    int version = f.whole("format_version", 1);
    if (version > ModelFacts.FORMAT_VERSION) {
      throw new InvalidInputException(
          "the file says format_version "
              + version
              + ", and this program knows "
              + ModelFacts.FORMAT_VERSION,
          where,
          "use a newer Litegraft");
    }
    ModelFacts facts =
        new ModelFacts(
            f.text("litegraft_version"),
            f.text("family"),
            f.text("hf_class"),
            f.constant("task", Task.values()),
            f.strings("labels"),
            f.optionalText("problem_type", PROBLEM_TYPES),
            f.pooling("pooling", POOLINGS),
            f.optionalWhole("pad_token_id", 0),
            f.constant("padding_side", Side.values()),
            f.whole("max_length", 1),
            f.optionalWhole("model_max_positions", 1),
            f.flag("token_types"),
            f.constant("signature_names", SignatureNames.values()),
            f.text("recipe"),
            f.number("parameters", 0, Long.MAX_VALUE),
            f.wholes("lengths"),
            f.flag("normalize"),
            f.names().contains("prompt") ? f.text("prompt") : "",
            f.names().contains("lower_case") && f.flag("lower_case"),
            provenance(f.object("provenance")));
    f.requireNothingElse();
    return facts;
  }

  private static ModelFacts.Provenance provenance(Fields f) {
    Fields hashes = f.object("tensor_sha256");
    Map<String, String> tensors = new LinkedHashMap<>();
    for (String name : List.copyOf(hashes.names())) {
      tensors.put(name, hashes.sha256(name));
    }
    boolean hashed = f.names().contains("adapter_config_sha256");
    ModelFacts.Provenance provenance =
        new ModelFacts.Provenance(
            f.sha256("config_sha256"),
            hashed ? Optional.of(f.sha256("adapter_config_sha256")) : Optional.empty(),
            f.strings("source_files"),
            tensors);
    f.requireNothingElse();
    return provenance;
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return fields;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> parser.getText();
      // A token that no field takes: it is refused with the name of its field.
      default -> parser.currentToken();
    };
  }

  private static InvalidInputException fault(String what, String where) {
    return new InvalidInputException(
        "litegraft.json cannot be used: " + what,
        where,
        "convert the model again, or use the Litegraft that wrote the file");
  }

  /** The fields of an object, taken one by one. */
  private record Fields(Map<String, Object> fields, String path, String where) {
    Set<String> names() {
      return fields.keySet();
    }

    private <T> T take(String name, String kind, Function<Object, Optional<T>> as) {
      Object value = fields.remove(name);
      if (value == null) {
        throw fault("\"" + path + name + "\" is missing", where);
      }
      return as.apply(value)
          .orElseThrow(() -> fault("\"" + path + name + "\" is not " + kind + ": " + value, where));
    }

    private static <T> Function<Object, Optional<T>> type(Class<T> type) {
      return value -> Optional.of(value).filter(type::isInstance).map(type::cast);
    }

    String text(String name) {
      return take(name, "a text", type(String.class));
    }

    String text(String name, Set<String> known) {
      return take(
          name,
          "one of " + known.stream().sorted().toList(),
          value -> type(String.class).apply(value).filter(known::contains));
    }

    Optional<String> optionalText(String name, Set<String> known) {
      return fields.containsKey(name) ? Optional.of(text(name, known)) : Optional.empty();
    }

    Optional<String> pooling(String name, Pattern known) {
      return fields.containsKey(name)
          ? Optional.of(
              take(
                  name,
                  "one of last, cls, mean, max …, or several with + between them",
                  v -> type(String.class).apply(v).filter(s -> known.matcher(s).matches())))
          : Optional.empty();
    }

    String sha256(String name) {
      return take(
          name,
          "64 hexadecimal digits",
          v -> type(String.class).apply(v).filter(s -> SHA256.matcher(s).matches()));
    }

    boolean flag(String name) {
      return take(name, "true or false", type(Boolean.class));
    }

    long number(String name, long least, long most) {
      return take(
          name,
          "a whole number from " + least + " on",
          value ->
              value instanceof Integer || value instanceof Long
                  ? Optional.of(((Number) value).longValue()).filter(n -> n >= least && n <= most)
                  : Optional.empty());
    }

    int whole(String name, int least) {
      return (int) number(name, least, Integer.MAX_VALUE);
    }

    OptionalInt optionalWhole(String name, int least) {
      return fields.containsKey(name) ? OptionalInt.of(whole(name, least)) : OptionalInt.empty();
    }

    <T extends Enum<T>> T constant(String name, T[] constants) {
      return take(
          name,
          "one of " + List.of(constants).stream().map(FactsJson::lower).toList(),
          value -> List.of(constants).stream().filter(c -> lower(c).equals(value)).findFirst());
    }

    List<String> strings(String name) {
      return list(name, "a list of texts", String.class);
    }

    List<Integer> wholes(String name) {
      List<Integer> list = list(name, "a list of whole numbers", Integer.class);
      if (list.stream().anyMatch(n -> n < 1)) {
        throw fault("\"" + path + name + "\" has a number below 1: " + list, where);
      }
      return list;
    }

    private <T> List<T> list(String name, String kind, Class<T> type) {
      return take(
          name,
          kind,
          value ->
              value instanceof List<?> list && list.stream().allMatch(type::isInstance)
                  ? Optional.of(list.stream().<T>map(type::cast).toList())
                  : Optional.empty());
    }

    Fields object(String name) {
      return take(
          name,
          "an object",
          value -> {
            if (!(value instanceof Map<?, ?> map)) {
              return Optional.empty();
            }
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, v) -> copy.put(String.valueOf(key), v));
            return Optional.of(new Fields(copy, path + name + ".", where));
          });
    }

    void requireNothingElse() {
      for (@Nullable String name : fields.keySet()) {
        throw fault("\"" + path + name + "\" is not known", where);
      }
    }
  }
}
