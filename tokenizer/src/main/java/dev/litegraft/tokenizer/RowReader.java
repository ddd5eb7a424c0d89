package dev.litegraft.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code tokenizer.json} says of tokens that exist: special tokens around them,
 * truncation, padding.
 *
 * <p>Source: the {@code Deserialize} of each part of the tokenizers library.
 */
final class RowReader {
  private final String where;

  RowReader(String where) {
    this.where = where;
  }

  @Nullable PostProcessor postProcessor(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    Fields fields = Fields.of(value, "post_processor", where);
    PostProcessor processor = postProcessor(fields);
    processor.requireRows(1, fields);
    processor.requireRows(2, fields);
    return processor;
  }

  private PostProcessor postProcessor(Fields fields) {
    return switch (fields.type()) {
      case "BertProcessing", "RobertaProcessing" -> {
        // As the library tells them apart: by what they have.
        boolean roberta = fields.has("trim_offsets") && fields.has("add_prefix_space");
        yield new PostProcessor.Around(
            tokenId(fields, "cls"),
            tokenId(fields, "sep"),
            roberta,
            roberta && fields.bool("trim_offsets"),
            roberta && fields.bool("add_prefix_space"));
      }
      case "ByteLevel" -> {
        boolean ignored = fields.bool("use_regex", true);
        yield new PostProcessor.ByteLevel(
            fields.bool("trim_offsets"), fields.bool("add_prefix_space"));
      }
      case "TemplateProcessing" -> template(fields);
      case "Sequence" -> {
        List<PostProcessor> all = new ArrayList<>();
        for (Fields one : fields.all("processors")) {
          all.add(postProcessor(one));
        }
        yield new PostProcessor.Sequence(List.copyOf(all));
      }
      default ->
          throw PipelineReader.unknown(
              fields,
              "post-processor",
              "BertProcessing, RobertaProcessing, ByteLevel, TemplateProcessing, Sequence");
    };
  }

  private static int tokenId(Fields fields, String name) {
    List<?> pair = fields.list(name);
    if (pair.size() == 2
        && pair.get(0) instanceof String
        && pair.get(1) instanceof Integer id
        && id >= 0) {
      return id;
    }
    throw fields.refused(name + " is not a token and its id");
  }

  private static PostProcessor template(Fields fields) {
    Map<String, int[]> special = new HashMap<>();
    Fields tokens = fields.fields("special_tokens");
    for (String name : tokens.object().keySet()) {
      Fields token = tokens.fields(name);
      List<?> ids = token.list("ids");
      if (ids.size() != token.list("tokens").size()) {
        throw token.refused(
            "it has " + ids.size() + " ids and " + token.list("tokens").size() + " tokens",
            "give as many ids as tokens");
      }
      int[] numbers = new int[ids.size()];
      for (int i = 0; i < numbers.length; i++) {
        if (!(ids.get(i) instanceof Integer id) || id < 0) {
          throw token.refused("ids has " + Fields.shown(ids.get(i)) + ", which is no id");
        }
        numbers[i] = id;
      }
      special.put(name, numbers);
    }
    List<PostProcessor.Part> single = parts(fields, "single", special);
    if (single.stream().anyMatch(part -> part.text() == 1)) {
      throw fields.refused(
          "the template for one text names the second text, B",
          "put A in its place: B is for the template of a pair");
    }
    return new PostProcessor.Template(single, parts(fields, "pair", special));
  }

  private static List<PostProcessor.Part> parts(
      Fields fields, String name, Map<String, int[]> special) {
    List<PostProcessor.Part> parts = new ArrayList<>();
    for (Fields part : fields.all(name)) {
      parts.add(PostProcessor.Template.part(part, special));
    }
    return List.copyOf(parts);
  }

  @Nullable Truncation truncation(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    Fields fields = Fields.of(value, "truncation", where);
    Object strategy = fields.object().get("strategy");
    return new Truncation(
        fields.natural("max_length"),
        Truncation.strategy(strategy == null ? "" : strategy, fields),
        fields.natural("stride"),
        fields.has("direction") && left(fields));
  }

  private static boolean left(Fields fields) {
    return fields.oneOf("direction", List.of("Left", "Right"), List.of(true, false));
  }

  @Nullable Padding padding(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    Fields fields = Fields.of(value, "padding", where);
    OptionalInt length = OptionalInt.empty();
    if (!"BatchLongest".equals(fields.object().get("strategy"))) {
      length = OptionalInt.of(fields.fields("strategy").natural("Fixed"));
    }
    return new Padding(
        length,
        fields.natural("pad_to_multiple_of", 0),
        fields.natural("pad_id"),
        fields.natural("pad_type_id"),
        fields.string("pad_token"),
        left(fields));
  }
}
