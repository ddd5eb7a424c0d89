package dev.litegraft.cli;

import static dev.litegraft.cli.FolderEdit.both;
import static dev.litegraft.cli.FolderEdit.copyFile;
import static dev.litegraft.cli.FolderEdit.delete;
import static dev.litegraft.cli.FolderEdit.edit;
import static dev.litegraft.cli.FolderEdit.endingTokenizer;
import static dev.litegraft.cli.FolderEdit.key;
import static dev.litegraft.cli.FolderEdit.link;
import static dev.litegraft.cli.FolderEdit.lora;
import static dev.litegraft.cli.FolderEdit.member;
import static dev.litegraft.cli.FolderEdit.move;
import static dev.litegraft.cli.FolderEdit.none;
import static dev.litegraft.cli.FolderEdit.without;
import static dev.litegraft.cli.FolderEdit.write;
import static dev.litegraft.cli.WayOut.GOLDEN;
import static dev.litegraft.cli.WayOut.example;
import static dev.litegraft.cli.WayOut.golden;
import static dev.litegraft.cli.WayOut.recorded;
import static dev.litegraft.cli.WayOut.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ways out that errors of reading or converting a folder name, each from a fault of its own.
 */
final class WaysOut {
  private static final Path HEADS = Path.of("src", "test", "resources", "setfit");

  private static final List<WayOut> ALL =
      Stream.of(
              options(), otherPrograms(), adapters(), keys(), otherModels(), files(), tokenizers())
          .flatMap(ways -> ways)
          .toList();

  private WaysOut() {}

  /** The same ones at each call, so that whoever followed one need not do it again. */
  static Stream<WayOut> all() {
    return ALL.stream();
  }

  /** Options that lead on. */
  private static Stream<WayOut> options() {
    return Stream.of(
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
            .with("--recipe", "f32"));
  }

  /** Of targets of other programs, and options that do not go with a model. */
  private static Stream<WayOut> otherPrograms() {
    return Stream.of(
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
            .with("-o", "@../model.tflite"));
  }

  /** Of folders of adapters, and of bases without theirs. */
  private static Stream<WayOut> adapters() {
    Path bert = GOLDEN.resolve("bert-seqcls");
    String peft = "5-Llama-peft-layers";
    return Stream.of(
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
            .meets("the adapter is no folder"));
  }

  /** Keys that are corrected in a copy. */
  private static Stream<WayOut> keys() {
    return Stream.of(
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
            .mended(key("eos_token_id", "1")));
  }

  /** That lead to another model, or to what the library would have saved. */
  private static Stream<WayOut> otherModels() {
    return Stream.of(
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
            .mended(edit("sentence_bert_config.json", "\"token\": null", "\"token\": \"[MASK]\"")));
  }

  /** Of files that are missing, or stand under another name. */
  private static Stream<WayOut> files() {
    Path bert = GOLDEN.resolve("bert-seqcls");
    return Stream.of(
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
            .mended(move("2_Dense/pytorch_model.bin", "2_Dense/model.safetensors")));
  }

  /** Of tokenizers, and of JSON that is none. */
  private static Stream<WayOut> tokenizers() {
    return Stream.of(
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
}
