package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;

/** What makes a fault of a folder, or mends one. */
@FunctionalInterface
interface FolderEdit {
  void on(Path folder) throws IOException;

  static FolderEdit none() {
    return folder -> {};
  }

  static FolderEdit edit(String file, String from, String to) {
    return folder -> {
      Path path = folder.resolve(file);
      String text = Files.readString(path);
      String changed = text.replaceFirst(from, Matcher.quoteReplacement(to));
      assertThat(changed).as("%s: %s", file, from).isNotEqualTo(text);
      Files.writeString(path, changed);
    };
  }

  /** A key of config.json; beside the others, at the beginning. */
  static FolderEdit key(String name, String json) {
    return member("config.json", name, json);
  }

  static FolderEdit member(String file, String name, String json) {
    return folder -> {
      Path path = folder.resolve(file);
      String text = Files.readString(path);
      String value = "(\"[^\"]*\"|\\[[^\\]]*\\]|\\{[^{}]*\\}|[^,}\\s]+)";
      String without = text.replaceFirst("\"" + name + "\"\\s*:\\s*" + value + "\\s*,\\s*", "");
      Files.writeString(
          path,
          without.replaceFirst(
              "\\{", Matcher.quoteReplacement("{\"" + name + "\": " + json + ", ")));
    };
  }

  static FolderEdit without(String file, String name) {
    return folder -> {
      member(file, name, "null").on(folder);
      edit(file, "\"" + name + "\": null, ", "").on(folder);
    };
  }

  static FolderEdit write(String file, String text) {
    return folder -> Files.writeString(folder.resolve(file), text);
  }

  /** As the original's own code has it, whose weights hold an update for each task. */
  static FolderEdit lora() {
    String code = "jinaai/xlm-roberta-flash-implementation--modeling_lora.XLMRobertaLoRA";
    return write(
        "config.json",
        "{\"architectures\": [\"XLMRobertaModel\"], \"model_type\": \"xlm-roberta\", \"hidden_size\":"
            + " 32, \"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"intermediate_size\": 48,"
            + " \"hidden_act\": \"gelu\", \"max_position_embeddings\": 66, \"pad_token_id\": 1,"
            + " \"type_vocab_size\": 1, \"layer_norm_eps\": 1e-05, \"position_embedding_type\":"
            + " \"rotary\", \"rotary_emb_base\": 20000.0, \"lora_adaptations\": [\"a.query\"],"
            + " \"lora_rank\": 2, \"lora_alpha\": 1, \"vocab_size\": 160,"
            + " \"auto_map\": {\"AutoModel\": \""
            + code
            + "\"}}");
  }

  /** A tokenizer of three words, whose texts end with token 1. */
  static FolderEdit endingTokenizer() {
    return both(
        write(
            "tokenizer.json",
            """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [{"id": 1, "content": "</s>", "single_word": false, "lstrip": false,
                               "rstrip": false, "normalized": false, "special": true}],
             "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"}, "decoder": null,
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"Sequence": {"id": "A", "type_id": 0}},
                          {"SpecialToken": {"id": "</s>", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                        {"Sequence": {"id": "B", "type_id": 0}}],
               "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}},
             "model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
                       "max_input_chars_per_word": 100, "vocab": {"a": 0, "</s>": 1, "b": 2}}}
            """),
        write("tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}"));
  }

  static FolderEdit delete(String... files) {
    return folder -> {
      for (String file : files) {
        Files.deleteIfExists(folder.resolve(file));
      }
    };
  }

  static FolderEdit both(FolderEdit first, FolderEdit second) {
    return folder -> {
      first.on(folder);
      second.on(folder);
    };
  }

  static FolderEdit link(String file, Path target) {
    return folder -> {
      Files.delete(folder.resolve(file));
      Files.createSymbolicLink(folder.resolve(file), target.toAbsolutePath().normalize());
    };
  }

  static FolderEdit move(String file, String other) {
    return folder -> {
      Files.createDirectories(folder.resolve(other).getParent());
      Files.move(folder.resolve(file), folder.resolve(other));
    };
  }

  static FolderEdit copyFile(String file, String other) {
    return folder -> Files.copy(folder.resolve(file), folder.resolve(other));
  }
}
