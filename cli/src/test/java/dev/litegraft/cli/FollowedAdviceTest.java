package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way out that an error of reading or converting a folder names is gone, with the command
 * line: it ends at a file or at another, true error, and the folder that was there stays as it is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowedAdviceTest {
  private static final Path GOLDEN =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");
  private static final Path RECORDED =
      Path.of("..", "lab", "src", "test", "resources", "conformance");
  private static final Path HEADS = Path.of("src", "test", "resources", "setfit");
  private static final Path TASKS = Path.of("src", "test", "resources", "tasks");

  /** What makes a fault of a folder, or mends one. */
  private interface Step {
    void on(Path folder) throws IOException;
  }

  /**
   * An error, and what whoever reads it does.
   *
   * @param from the recorded folder
   * @param part the folder in it that is converted
   * @param fault what is done to it
   * @param asked options of convert; {@code @} begins a path in the folder
   * @param advice words of the remedy
   * @param mend what is done to a copy
   * @param instead options of convert then
   * @param further what the error says that is met then; empty for a file
   */
  private record Way(
      Path from,
      String part,
      Step fault,
      List<String> asked,
      String advice,
      Step mend,
      List<String> instead,
      String further) {
    Way asking(String... options) {
      return new Way(from, part, fault, List.of(options), advice, mend, List.of(options), further);
    }

    Way converting(String folder) {
      return new Way(from, folder, fault, asked, advice, mend, instead, further);
    }

    Way says(String words) {
      return new Way(from, part, fault, asked, words, mend, instead, further);
    }

    Way mended(Step step) {
      return new Way(from, part, fault, asked, advice, step, instead, further);
    }

    Way with(String... options) {
      return new Way(from, part, fault, asked, advice, mend, List.of(options), further);
    }

    Way meets(String words) {
      return new Way(from, part, fault, asked, advice, mend, instead, words);
    }

    @Override
    public String toString() {
      return from.getFileName() + ": " + advice;
    }
  }

  private static final String TOKENIZERS_OF_FOLDERS =
      "tokenizer/src/main/java/dev/litegraft/tokenizer/build";

  @TempDir Path temporary = Path.of("");
  private final Map<Way, String> remedies = new HashMap<>();
  private int runs;

  private static Way golden(String name, Step fault) {
    return new Way(GOLDEN.resolve(name), "", fault, List.of(), "", folder -> {}, List.of(), "");
  }

  /** A trained classifier, whose tokenizer is BERT's. */
  private static Way example(Step fault) {
    Path folder = Path.of("..", "examples", "ko-movie-reviews-bert");
    return new Way(folder, "", fault, List.of(), "", model -> {}, List.of(), "");
  }

  private static Way task(String name, Step fault) {
    return new Way(
        TASKS.resolve(name).resolve("model"),
        "",
        fault,
        List.of(),
        "",
        folder -> {},
        List.of(),
        "");
  }

  private static Way recorded(String name, Step fault) {
    return new Way(
        RECORDED.resolve(name + ".zip"),
        "model",
        fault,
        List.of(),
        "",
        folder -> {},
        List.of(),
        "");
  }

  private static Step none() {
    return folder -> {};
  }

  private static Step edit(String file, String from, String to) {
    return folder -> {
      Path path = folder.resolve(file);
      String text = Files.readString(path);
      assertThat(text).as(file).containsPattern(from);
      Files.writeString(path, text.replaceFirst(from, Matcher.quoteReplacement(to)));
    };
  }

  /** A key of config.json; beside the others, at the beginning. */
  private static Step key(String name, String json) {
    return member("config.json", name, json);
  }

  private static Step member(String file, String name, String json) {
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

  private static Step without(String file, String name) {
    return folder -> {
      member(file, name, "null").on(folder);
      edit(file, "\"" + name + "\": null, ", "").on(folder);
    };
  }

  private static Step write(String file, String text) {
    return folder -> Files.writeString(folder.resolve(file), text);
  }

  /** As the original's own code has it, whose weights hold an update for each task. */
  private static Step lora() {
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
  private static Step endingTokenizer() {
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

  private static Step delete(String... files) {
    return folder -> {
      for (String file : files) {
        Files.deleteIfExists(folder.resolve(file));
      }
    };
  }

  private static Step both(Step first, Step second) {
    return folder -> {
      first.on(folder);
      second.on(folder);
    };
  }

  private static Step link(String file, Path target) {
    return folder -> {
      Files.delete(folder.resolve(file));
      Files.createSymbolicLink(folder.resolve(file), target.toAbsolutePath().normalize());
    };
  }

  private static Step move(String file, String other) {
    return folder -> {
      Files.createDirectories(folder.resolve(other).getParent());
      Files.move(folder.resolve(file), folder.resolve(other));
    };
  }

  private static Step copyFile(String file, String other) {
    return folder -> Files.copy(folder.resolve(file), folder.resolve(other));
  }

  static Stream<Way> ways() {
    Path bert = GOLDEN.resolve("bert-seqcls");
    String peft = "5-Llama-peft-layers";
    return Stream.of(
        // Options that lead on.
        golden("bert-seqcls", key("architectures", "[\"BertModel\"]"))
            .says("--as classifier")
            .with("--as", "classifier"),
        golden("bert-seqcls", key("architectures", "[\"BertModel\"]"))
            .says("--as embedder")
            .with("--as", "embedder"),
        golden("bert-model-meanpool", write("config_setfit.json", "{}"))
            .says("or convert its vectors alone with --as embedder")
            .with("--as", "embedder"),
        golden("bert-model-meanpool", write("model_head.pkl", "csklearn.svm\nSVC\n."))
            .says("convert the vectors with --as embedder, and classify them in a program")
            .with("--as", "embedder"),
        golden("bert-model-meanpool", write("model_head.pkl", "N."))
            .says("save the trained head again, or convert the vectors alone with --as embedder")
            .with("--as", "embedder"),
        recorded(
                "5-BERT-embed-pool_cls",
                folder -> {
                  Files.copy(
                      HEADS.resolve("binary/model_head.pkl"), folder.resolve("model_head.pkl"));
                  Files.writeString(
                      folder.resolve("config_setfit.json"), "{\"labels\": [\"one\"]}");
                })
            .says("in a copy of the folder, correct labels in config_setfit.json")
            .mended(
                folder ->
                    Files.writeString(
                        folder.resolve("config_setfit.json"), "{\"labels\": [\"one\", \"two\"]}")),
        golden("llama-causallm-tied-bf16", none())
            .says("or convert its vectors with --as embedder")
            .with("--as", "embedder"),
        golden("bert-seqcls", key("architectures", "[\"BertForPreTraining\"]"))
            .says("and convert that checkpoint, or convert its vectors with --as embedder")
            .with("--as", "embedder"),
        golden("llama-causallm-tied-bf16", none())
            .says("; a reranker that reads words needs its template: --reranker qwen3")
            .with("--reranker", "qwen3")
            .meets("there is no tokenizer"),
        task("qwen3-reranker", none())
            .says("; a reranker that reads words needs its template: --reranker qwen3, mxbai")
            .with("--reranker", "qwen3"),
        golden("llama-causallm-tied-bf16", none())
            .asking("--reranker", "qwen3")
            .says("--reranker names another, or a file of your own with token ids")
            .with("--reranker", "@template.json")
            .mended(
                write(
                    "template.json",
                    "{\"segments\": [\"{query}\", \"{document}\"], \"true_token\": \"5\"}")),
        task("qwen3-reranker", none())
            .asking("--reranker", "bge-gemma")
            .says("another name for --reranker, or a file of your own")
            .with("--reranker", "qwen3"),
        task("logit-score", edit("chat_template.jinja", "(?s).*", "{% macro x() %}{% endmacro %}"))
            .says("; or name a template with --reranker")
            .with("--reranker", "qwen3"),
        golden("bert-seqcls", none())
            .asking("--reranker", "qwen3")
            .says("leave --reranker out")
            .with(),
        golden("bert-seqcls", none()).asking("--task", "x").says("leave --task out").with(),
        golden("jina-v3-model", lora())
            .asking("--task", "x")
            .says("give --task one of these")
            .with("--task", "a.query")
            .meets("the weights hold no update for any task"),
        golden("jina-v3-model", lora())
            .asking("--task", "x")
            .says("or leave it out for the model without any")
            .with(),
        golden("jina-v3-model", lora())
            .asking("--task", "a.query")
            .says("leave --task out, or download the original checkpoint, which has them")
            .with(),
        golden("bert-seqcls", none())
            .asking("--pooling", "cls")
            .says("leave --pooling and --normalize out")
            .with(),
        golden("bert-seqcls", none())
            .asking("--dimensions", "2")
            .says("leave --dimensions out")
            .with(),
        golden("bert-model-meanpool", none())
            .asking("--dimensions", "5000")
            .says("ask for 1 to ")
            .with("--dimensions", "1"),
        golden("bert-seqcls", none())
            .asking("--max-length", "9999")
            .says("give --max-length and --length within the model's limit")
            .with("--max-length", "8"),
        recorded(
                "5-BERT-embed-st_dense2_identity",
                both(
                    member("1_Pooling/config.json", "pooling_mode", "[\"mean\", \"max\"]"),
                    member("2_Dense/config.json", "in_features", "32")))
            .asking("--pooling", "mean")
            .says("leave --pooling out")
            .with()
            .meets("linear.weight has shape"),
        golden("bert-seqcls", none())
            .asking("--recipe", "f32", "--keep-float", "classifier")
            .says("leave it out, or choose another recipe with --recipe")
            .with("--recipe", "int8", "--keep-float", "classifier"),
        recorded("5-BERT-single-own_modern", none())
            .asking("--recipe", "dynamic_wi4_afp32_b32")
            .says("convert with --recipe int8")
            .with("--recipe", "int8"),
        example(none())
            .asking("--recipe", "f32", "--rounding", "smooth")
            .says("leave it out, or take --recipe ")
            .with("--recipe", "f32"),
        // Other programs.
        recorded("5-GPT-2-one-cfg_inverse_idx", none())
            .asking("--for", "mediapipe")
            .says("convert it for another program: --for web or android takes every tokenizer")
            .with("--for", "web"),
        example(none())
            .asking("--for", "mediapipe", "--length", "16,32")
            .says("give one: --length ")
            .with("--for", "mediapipe", "--length", "32"),
        task("bi-encoder", none())
            .asking("--for", "litertlm", "--input-type", "int64")
            .says("leave --input-type and --signature-names out")
            .with("--for", "litertlm"),
        task("qa", none())
            .asking("--as", "classifier")
            .says("convert it without --as, and ask it: litegraft answer FILE")
            .with(),
        golden("bert-seqcls", none())
            .asking("-o", "@config.json")
            .says("name another file: -o model.tflite")
            .with("-o", "@../model.tflite"),
        // Adapters.
        recorded(peft, none())
            .converting("adapter")
            .says("convert the folder of the base model, with --adapter")
            .mended(none())
            .with("--adapter", "@adapter")
            .converting("adapter"),
        recorded(
                peft,
                both(
                    copyFile("../adapter/adapter_config.json", "adapter_config.json"),
                    copyFile("../adapter/adapter_model.safetensors", "adapter_model.safetensors")))
            .says("convert the folder of the base model with --adapter")
            .mended(delete("adapter_config.json", "adapter_model.safetensors"))
            .with("--adapter", "@../adapter"),
        recorded(peft, copyFile("../adapter/adapter_config.json", "adapter_config.json"))
            .says("a copy of the folder without adapter_config.json")
            .mended(delete("adapter_config.json")),
        recorded(
                peft,
                both(
                    delete("model.safetensors"),
                    copyFile("../adapter/adapter_model.safetensors", "adapter_model.safetensors")))
            .says("convert the folder of the base model, with --adapter")
            .mended(link("adapter_model.safetensors", bert.resolve("model.safetensors")))
            .meets("a link that leads out of it"),
        recorded(peft, member("../adapter/adapter_config.json", "target_modules", "\"(((\""))
            .asking("--adapter", "@../adapter")
            .says("in a copy of the adapter's folder, correct the expression")
            .mended(member("../adapter/adapter_config.json", "target_modules", "\".*[qv]_proj\"")),
        recorded(peft, member("../adapter/adapter_config.json", "target_modules", "\"(((\""))
            .asking("--adapter", "@../adapter")
            .says("or replace it by a list of module names")
            .mended(
                member(
                    "../adapter/adapter_config.json",
                    "target_modules",
                    "[\"q_proj\", \"v_proj\"]")),
        recorded(peft, move("../adapter/adapter_model.safetensors", "../adapter/adapter_model.bin"))
            .asking("--adapter", "@../adapter")
            .says("rename it to adapter_model.safetensors")
            .mended(move("../adapter/adapter_model.bin", "../adapter/adapter_model.safetensors")),
        golden(
                "llama-causallm-tied-bf16",
                key("architectures", "[\"LlamaForSequenceClassification\"]"))
            .says("or give the adapter that brings the head with --adapter")
            .with("--adapter", "@nowhere")
            .meets("the adapter is no folder"),
        // Keys that are corrected in a copy.
        golden("bert-seqcls", key("hidden_act", "\"gelx\""))
            .says("correct the key in a copy of the folder if it is a typing mistake")
            .mended(key("hidden_act", "\"gelu\"")),
        golden("bert-seqcls", key("id2label", "{\"0\": \"a\"}"))
            .says("correct id2label or num_labels in config.json of a copy of the folder")
            .mended(without("config.json", "id2label")),
        golden("bert-seqcls", key("id2label", "{\"0\": \"a\", \"0x\": \"b\"}"))
            .says("correct config.json in a copy of the folder")
            .mended(without("config.json", "id2label")),
        golden("bert-seqcls", key("problem_type", "\"guess\""))
            .says("correct the key in a copy of the folder, or leave it out there")
            .mended(without("config.json", "problem_type")),
        golden("bert-seqcls", key("is_decoder", "true"))
            .says("or save a copy of the model whose config.json has not the key")
            .mended(key("is_decoder", "false")),
        golden("bert-seqcls", key("auto_map", "{\"AutoModel\": \"a.B\"}"))
            .says("recorded answers: `litegraft expect`")
            .mended(without("config.json", "auto_map")),
        golden("llama-base-gqa-f32", key("rope_parameters", "{\"rope_theta\": 5.0}"))
            .says("in a copy of the folder, leave the wrong one of the two keys out")
            .mended(without("config.json", "rope_parameters")),
        golden("bert-seqcls", key("pad_token_id", "99999"))
            .says("in a copy of the folder, correct the key, or set it to null")
            .mended(key("pad_token_id", "null")),
        golden("gemma3-text-seqcls", key("attn_logit_softcapping", "50.0"))
            .says("in a copy of the folder, set it to null")
            .mended(key("attn_logit_softcapping", "null")),
        golden("t5-seqcls", without("config.json", "decoder_start_token_id"))
            .says("in a copy of the folder, add the key as the model was trained with it")
            .mended(key("decoder_start_token_id", "0")),
        golden("t5-seqcls", both(key("eos_token_id", "2"), endingTokenizer()))
            .says("set the key to the token that texts of the training ended with")
            .mended(key("eos_token_id", "1")),
        // Another model is what they lead to.
        golden("bert-tokencls", move("config.json", "gliner_config.json"))
            .says("use a model that was trained for its labels")
            .mended(move("gliner_config.json", "config.json")),
        golden("bert-seqcls", key("architectures", "[\"FunnelForSequenceClassification\"]"))
            .says("use a classifier of another family: `litegraft families` lists them")
            .mended(key("architectures", "[\"BertForSequenceClassification\"]")),
        golden("bert-seqcls", key("architectures", "[\"HHEMv2ForSequenceClassification\"]"))
            .says("litegraft classify FILE TEXT --pair TEXT")
            .mended(key("architectures", "[\"BertForSequenceClassification\"]")),
        golden(
                "bert-seqcls",
                both(without("config.json", "architectures"), key("model_type", "\"wombat\"")))
            .says(
                "nearest known class is BertForSequenceClassification; `litegraft families` lists")
            .mended(
                both(
                    key("architectures", "[\"BertForSequenceClassification\"]"),
                    key("model_type", "\"bert\""))),
        recorded(
                "5-BERT-embed-st_prompts_no_default",
                member("config_sentence_transformers.json", "default_prompt_name", "\"elsewhere\""))
            .says("in a copy of the folder, take default_prompt_name out, or add its prompt")
            .mended(member("config_sentence_transformers.json", "default_prompt_name", "null")),
        recorded(
                "5-BERT-embed-pool_cls",
                member("sentence_bert_config.json", "tokenizer_args", "{\"unk_token\": \"x\"}"))
            .says("in a copy of the folder, say it in tokenizer_config.json or config.json")
            .mended(member("sentence_bert_config.json", "tokenizer_args", "{}")),
        recorded(
                "5-BERT-ce-identity",
                member(
                    "config_sentence_transformers.json",
                    "activation_fn",
                    "\"torch.nn.modules.activation.Tanh\""))
            .says("save the model with CrossEncoder(DIR, activation_fn=torch.nn.Identity())")
            .mended(
                member(
                    "config_sentence_transformers.json",
                    "activation_fn",
                    "\"torch.nn.modules.linear.Identity\"")),
        task("colbert", member("tokenizer_config.json", "mask_token", "null"))
            .says("in a copy of the folder, name the token: query_expansion.token")
            .mended(edit("sentence_bert_config.json", "\"token\": null", "\"token\": \"[MASK]\"")),
        // Files.
        golden("bert-seqcls", link("model.safetensors", bert.resolve("model.safetensors")))
            .says("convert a copy of the folder that holds the file itself")
            .mended(
                folder -> {
                  Files.delete(folder.resolve("model.safetensors"));
                  Files.copy(
                      bert.resolve("model.safetensors"), folder.resolve("model.safetensors"));
                }),
        golden(
                "bert-seqcls",
                both(
                    copyFile("model.safetensors", "a.safetensors"),
                    move("model.safetensors", "b.safetensors")))
            .says("in a copy of the folder, add the index, or leave only the file")
            .mended(delete("a.safetensors")),
        golden("bert-seqcls", move("model.safetensors", "pytorch_model.bin"))
            .says("rename it to model.safetensors")
            .mended(move("pytorch_model.bin", "model.safetensors")),
        golden("bert-seqcls", move("model.safetensors", "pytorch_model.fp16.bin"))
            .says("in a copy of the folder, rename that file to pytorch_model.bin")
            .mended(move("pytorch_model.fp16.bin", "pytorch_model.bin"))
            .meets("one of safetensors, under the name of one of torch"),
        golden("bert-seqcls", move("model.safetensors", "final/model.safetensors"))
            .says("in a copy of the folder, put that file beside config.json")
            .mended(move("final/model.safetensors", "model.safetensors")),
        recorded(
                "5-BERT-embed-st_dense2_identity",
                move("2_Dense/model.safetensors", "2_Dense/pytorch_model.bin"))
            .says("rename it to model.safetensors")
            .mended(move("2_Dense/pytorch_model.bin", "2_Dense/model.safetensors")),
        // Tokenizers.
        recorded(
                "5-BERT-single-own_modern",
                member(
                    "tokenizer_config.json",
                    "added_tokens_decoder",
                    "{\"x\": {\"content\": \"[PAD]\"}}"))
            .says("correct the id in a copy of the folder")
            .mended(edit("tokenizer_config.json", "\"x\"", "\"3\"")),
        recorded(
                "5-GPT-2-one-cfg_inverse_idx",
                both(
                    member("tokenizer_config.json", "tokenizer_class", "\"T5Tokenizer\""),
                    member("tokenizer_config.json", "eos_token", "null")))
            .says("name the tokens that the vocabulary has (cls_token, sep_token")
            .mended(member("tokenizer_config.json", "tokenizer_class", "\"GPT2Tokenizer\"")),
        recorded("5-BERT-single-own_modern", edit("config.json", "\\{", "{,"))
            .says("correct this place in a copy")
            .mended(edit("config.json", "\\{,", "{")));
  }

  private Path copied(Way way, String name) throws IOException {
    Path root = temporary.resolve(name + ++runs);
    if (way.from().toString().endsWith(".zip")) {
      try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(way.from()))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          if (!entry.isDirectory()) {
            Path file = root.resolve(entry.getName());
            Files.createDirectories(file.getParent());
            Files.write(file, zip.readAllBytes());
          }
        }
      }
      return root.resolve("model");
    }
    try (Stream<Path> files = Files.walk(way.from())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = root.resolve("model").resolve(way.from().relativize(file).toString());
        if (!file.endsWith("hidden_states.safetensors")) {
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    return root.resolve("model");
  }

  /** {@code model} of the folder of a way, or what stands beside it. */
  private static Path part(Way way, Path model) {
    return way.part().isEmpty() ? model : model.resolveSibling(way.part());
  }

  private CommandRun convert(Path folder, List<String> options) {
    List<String> words = new ArrayList<>(List.of("convert", folder.toString(), "--no-verify"));
    for (String option : options) {
      words.add(
          option.startsWith("@")
              ? folder.resolve(option.substring(1)).normalize().toString()
              : option);
    }
    if (!options.contains("-o")) {
      words.addAll(List.of("-o", folder.resolveSibling("out.tflite").toString()));
    }
    return CommandRun.of(words.toArray(String[]::new));
  }

  /** The remedy of a way's error. */
  private String remedy(Way way) {
    return remedies.computeIfAbsent(
        way,
        w -> {
          try {
            Path model = copied(w, "faulty");
            w.fault().on(model);
            Map<String, Long> before = contents(model);
            CommandRun run = convert(part(w, model), w.asked());
            assertThat(run.exitCode()).as(w + "\n" + run.err() + run.out()).isIn(2, 3);
            assertThat(contents(model)).isEqualTo(before);
            return run.err().replaceAll("(?s).*\ntry: *", "").strip();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static Map<String, Long> contents(Path folder) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(
            file.toString(), Files.size(file) * 31 + Files.getLastModifiedTime(file).toMillis());
      }
    }
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anErrorsWayOutLeadsOn(Way way) throws IOException {
    String advice = remedy(way);
    assertThat(advice).contains(way.advice());
    Path model = copied(way, "copy");
    way.fault().on(model);
    way.mend().on(model);
    // Whoever follows an advice that names the base model's folder converts that.
    boolean ofBase = way.part().equals("adapter");
    CommandRun run = convert(model, ofBase ? List.of("--adapter", "@../adapter") : way.instead());
    if (way.further().isEmpty()) {
      assertThat(run.exitCode()).as(run.err()).isZero();
    } else {
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.INPUT);
      assertThat(run.err()).contains(way.further());
      assertThat(run.err()).doesNotContain(advice);
    }
  }

  /**
   * Advice in the sources that is no error's of a folder: notes, warnings, a config without its
   * folder, what to report, and what a client cannot address (ClientsTest).
   */
  private static final Pattern NO_ERROR =
      Pattern.compile(
          "copy the (file|tokenizer.s files) from where|from_pretrained.FOLDER|give the model token ids"
              + "|add \"architectures\"|--debug prints|--as chooses otherwise|--pooling chooses another|--max-length takes|--task chooses one"
              + "|each further one of --length|check it against recorded answers|embed --prompt|set pad_token_id in config.json"
              + "|correct pad_token_id|name them by id2label|--reranker is|^--|only --|LiteRT-LM 0.17.1 cuts a text|a smaller --recipe");

  /** An option, a copy to make, a command: what can be followed to the letter. */
  private static final Pattern FOLLOWED =
      Pattern.compile("--[a-z]+|copy of the|`litegraft|python -c|another folder|make them with");

  @Test
  void everyWayOutInTheSourcesIsGone() throws IOException {
    List<String> said = ways().map(this::remedy).toList();
    List<String> open = new ArrayList<>();
    // Of tokenizer.json alone RemedyTest of its module follows them.
    for (String module : List.of("checkpoint", "converter", TOKENIZERS_OF_FOLDERS)) {
      Path sources = Path.of("..", module);
      Path java =
          Files.isDirectory(sources.resolve("src")) ? sources.resolve("src/main/java") : sources;
      try (Stream<Path> files = Files.walk(java)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          for (String literal : literals(Files.readString(file))) {
            boolean followed = said.stream().anyMatch(remedy -> remedy.contains(literal));
            if (!followed) {
              open.add(file.getFileName() + ": " + literal);
            }
          }
        }
      }
    }
    assertThat(open).isEmpty();
  }

  /** What no tokenizer.json can hold is a note: the file takes ids. */
  @Test
  void whoHasNoTokenizerGivesTheFileIds() throws IOException {
    Path model = copied(golden("bert-seqcls", none()), "words");
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertJapaneseTokenizer\", \"word_tokenizer_type\": \"mecab\"}");
    Files.writeString(model.resolve("vocab.txt"), "[PAD]\n[UNK]\n");
    CommandRun run = convert(model, List.of());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out() + run.err())
        .contains("MeCab", "tokenize with transformers", "litegraft run FILE --input rows.jsonl");
    Path rows = Files.writeString(model.resolve("rows.jsonl"), "{\"input_ids\": [2, 5, 3]}\n");
    CommandRun followed =
        CommandRun.of(
            "run", model.resolveSibling("out.tflite").toString(), "--input", rows.toString());
    assertThat(followed.exitCode()).as(followed.err()).isZero();
    assertThat(followed.out()).contains("logits");
  }

  /** The strings of a source that tell somebody to do something, joined over lines. */
  private static List<String> literals(String source) {
    String joined =
        source.replaceAll("(?m)^\\s*(//|\\*|/\\*).*$", "").replaceAll("\"\\s*\\+\\s*\"", "");
    return Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"")
        .matcher(joined)
        .results()
        .map(found -> found.group(1).replace("\\\"", "\""))
        .filter(text -> text.contains(" "))
        .filter(text -> FOLLOWED.matcher(text).find() && !NO_ERROR.matcher(text).find())
        .toList();
  }
}
