package dev.litegraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.client.BertVocabulary;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ModelFacts.Provenance;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.Similarity;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import dev.litegraft.tflite.AssociatedFile;
import dev.litegraft.tflite.BertInputs;
import dev.litegraft.tflite.GzipFile;
import dev.litegraft.tflite.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What travels in the file besides the graph: the tokenizer, the labels, and what it was made from.
 */
final class Attachments {
  private final Checkpoint checkpoint;
  private final Model model;
  private final ConversionOptions options;
  private final int maxLength;
  private final int threads;
  private final List<String> labels;
  private final ClientFile client;

  Attachments(Checkpoint checkpoint, Model model, ClientFile client, int maxLength, int threads) {
    this.checkpoint = checkpoint;
    this.model = model;
    this.client = client;
    this.options = client.options();
    this.maxLength = maxLength;
    this.threads = threads;
    this.labels = model.labels();
  }

  boolean hasTokenizer() throws IOException {
    return checkpoint.tokenizer().json().isPresent();
  }

  /** What the user should know. */
  List<String> notes() throws IOException {
    List<String> notes = new ArrayList<>(checkpoint.notes());
    if (model.task().labels() && model.reranking().isEmpty()) {
      notes.addAll(checkpoint.answerNotes());
    }
    notes.addAll(checkpoint.tokenizer().notes());
    EndToken.check(model, checkpoint.tokenizer()).ifPresent(notes::add);
    if (model.task() == Task.SEQUENCE_CLASSIFICATION && labels.get(0).equals("LABEL_0")) {
      notes.add("the labels have no names (LABEL_0 …): id2label in config.json would name them");
    }
    if (!options.lengths().isEmpty()
        && model.padding().readsTheVeryLast()
        && !model.padding().allowsLeftPadding()) {
      notes.add(
          "there is no pad token, and positions are learned: texts that are shorter than a static"
              + " length are refused; set pad_token_id in config.json of a copy of the folder, or"
              + " convert with --length dynamic");
    }
    int longest = model.longestOfLibrary();
    int asked = model.longestText();
    if (asked > longest && asked < Model.NO_LIMIT) {
      notes.add(
          "the folder's own limit of "
              + asked
              + " tokens (model_max_length, max_seq_length) is beyond what the model reads: its "
              + longest
              + " positions count");
    }
    if (options.maxLength().isEmpty() && options.lengths().isEmpty() && longest > maxLength) {
      notes.add(
          "texts are cut at "
              + maxLength
              + " tokens, "
              + (maxLength == Model.USUAL_LENGTH ? "the default" : "the model's own limit")
              + ", where the original reads longer ones: --max-length takes "
              + (longest == Integer.MAX_VALUE ? "any number" : "up to " + longest));
    }
    return notes;
  }

  Metadata metadata() throws IOException {
    Optional<byte[]> json = checkpoint.tokenizer().json();
    List<AssociatedFile> all = new ArrayList<>();
    Map<String, ModelFacts.Compressed> compressed = new LinkedHashMap<>();
    all.add(
        new AssociatedFile(
            ModelFacts.FILE_NAME,
            "What a program must know to use this file, and what it was made from.",
            AssociatedFile.Type.DESCRIPTIONS,
            out -> out.write(facts(compressed).toJson().getBytes(UTF_8))));
    if (!labels.isEmpty()) {
      all.add(
          AssociatedFile.of(
              ModelFacts.LABELS_NAME,
              "The labels in the order of the logits, one a line.",
              AssociatedFile.Type.LABELS,
              String.join("\n", labels.stream().map(l -> l.replaceAll("\\R", " ")).toList())
                  + "\n"));
    }
    boolean bundle = client.liteRtLm().isPresent();
    if (json.isPresent() && !bundle) { // a bundle has it beside the models
      byte[] plain = json.get();
      AssociatedFile tokenizer =
          AssociatedFile.gzip(
              ModelFacts.TOKENIZER_NAME,
              "The tokenizer, in the format of Hugging Face's tokenizers.",
              AssociatedFile.Type.UNKNOWN,
              plain);
      compressed.put(tokenizer.name(), GzipFile.facts(plain));
      all.add(tokenizer);
    }
    Optional<byte[]> settings = checkpoint.tokenizer().config();
    if (settings.isPresent()) {
      all.add(
          new AssociatedFile(
              ModelFacts.TOKENIZER_CONFIG_NAME,
              "The tokenizer's settings.",
              AssociatedFile.Type.UNKNOWN,
              out -> out.write(settings.get())));
    }
    Optional<BertInputs> bert = Optional.empty();
    if (client.mediaPipe().isPresent()) {
      all.add(
          AssociatedFile.of(
              BertVocabulary.FILE_NAME,
              "The tokenizer's words for clients that make the tokens themselves.",
              AssociatedFile.Type.VOCABULARY,
              client.mediaPipe().get().vocabulary().text()));
      bert = Optional.of(new BertInputs(BertInputs.MEDIAPIPE_NAMES, BertVocabulary.FILE_NAME));
    }
    return new Metadata(
        model.hfClass(),
        model.family() + " text model, converted by Litegraft",
        Version.text(),
        "",
        all,
        bert);
  }

  private ModelFacts facts(Map<String, ModelFacts.Compressed> compressed) throws IOException {
    // MediaPipe fills rows with 0, whatever the model says: families that read padding answer so.
    OptionalInt pad =
        client.mediaPipe().isPresent() ? OptionalInt.of(0) : model.padding().padToken();
    int limit = model.limit();
    return ModelFacts.builder()
        .with(ModelFacts.LITEGRAFT_VERSION, Version.text())
        .with(ModelFacts.FAMILY, model.family())
        .with(ModelFacts.HF_CLASS, model.hfClass())
        .with(ModelFacts.TASK, model.task())
        .with(ModelFacts.LORA_TASK, options.task())
        .with(ModelFacts.LABELS, labels)
        .with(ModelFacts.PROBLEM_TYPE, model.problemType())
        .with(ModelFacts.OUTPUT, client.signatures().output())
        .with(
            ModelFacts.POOLING,
            model.poolings().isEmpty() ? Optional.empty() : Optional.of(model.poolings()))
        .with(
            ModelFacts.PAD_TOKEN_ID,
            pad.isPresent() ? Optional.of(pad.getAsInt()) : Optional.empty())
        .with(
            ModelFacts.PADDING_SIDE,
            model.padding().padsLeft() && client.liteRtLm().isEmpty() ? Side.LEFT : Side.RIGHT)
        .with(ModelFacts.MAX_LENGTH, maxLength)
        .with(
            ModelFacts.MODEL_MAX_POSITIONS,
            limit == Integer.MAX_VALUE ? Optional.empty() : Optional.of(limit))
        .with(
            ModelFacts.TOKEN_TYPES,
            client.liteRtLm().isEmpty()
                && (model.takesTokenTypes() || client.signatures().alwaysTypes()))
        .with(ModelFacts.SIGNATURE_NAMES, options.signatureNames())
        .with(ModelFacts.RECIPE, options.recipe().canonicalName())
        .with(
            ModelFacts.ROUNDING,
            Optional.of(options.recipe().rounding()).filter(method -> !method.equals("plain")))
        .with(ModelFacts.PARAMETERS, model.size().parameters())
        .with(ModelFacts.LENGTHS, options.lengths())
        .with(ModelFacts.NORMALIZE, model.task() == Task.EMBEDDING && model.head().normalizes())
        .with(
            ModelFacts.DIMENSIONS,
            options.dimensions().isPresent()
                ? Optional.of(options.dimensions().getAsInt())
                : Optional.empty())
        .with(ModelFacts.CONFIDENCE, options.confidence())
        .with(
            ModelFacts.READS_PAIRS,
            model.task() == Task.SEQUENCE_CLASSIFICATION
                && model.reranking().isEmpty()
                && checkpoint.sentence().filter(x -> !x.embeds()).isPresent())
        .with(ModelFacts.RERANKING, model.reranking())
        .with(ModelFacts.LATE_INTERACTION, model.lateInteraction())
        .with(
            ModelFacts.SIMILARITY,
            checkpoint.sentence().map(x -> x.settings().similarity()).orElse(Similarity.COSINE))
        .with(
            ModelFacts.PROMPT,
            // Of a language model the prompt is the instruction of its template.
            checkpoint
                .sentence()
                .filter(x -> model.reranking().isEmpty() && model.lateInteraction().isEmpty())
                .map(x -> x.settings().prompt())
                .orElse(""))
        .with(
            ModelFacts.PROMPTS,
            checkpoint
                .sentence()
                .filter(x -> model.reranking().isEmpty())
                .map(x -> x.settings().prompts())
                .orElse(Map.of()))
        .with(ModelFacts.SPECIAL_TOKENS, model.leftOut().isEmpty())
        .with(ModelFacts.LEFT_OUT, model.leftOut().orElse(List.of()))
        .with(
            ModelFacts.STRIP,
            // A table's module does it not.
            model.leftOut().isEmpty() && checkpoint.stripsTexts())
        .with(
            ModelFacts.LOWER_CASE,
            checkpoint.sentence().map(x -> x.settings().lowersTexts()).orElse(false))
        .with(ModelFacts.REFUSED_BY, OtherClients.refusing(checkpoint, model))
        .with(ModelFacts.COMPRESSED, compressed)
        .with(ModelFacts.PROVENANCE, provenance())
        .build();
  }

  private Provenance provenance() throws IOException {
    Map<String, String> tensors = checkpoint.sha256(threads);
    List<String> files = checkpoint.files().stream().map(f -> name(f.path())).toList();
    Optional<Path> adapter = checkpoint.adapterConfig();
    return new Provenance(
        sha256(checkpoint.configFile()),
        adapter.isPresent() ? Optional.of(sha256(adapter.get())) : Optional.empty(),
        files,
        tensors);
  }

  /** The path of a file within the checkpoint's folder; of another file the last name. */
  private String name(Path file) {
    Path folder = checkpoint.folder();
    return file.startsWith(folder)
        ? folder.relativize(file).toString().replace('\\', '/')
        : String.valueOf(file.getFileName());
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
