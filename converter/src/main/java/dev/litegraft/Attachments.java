package dev.litegraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.client.BertVocabulary;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import dev.litegraft.tflite.AssociatedFile;
import dev.litegraft.tflite.BertInputs;
import dev.litegraft.tflite.GzipFile;
import dev.litegraft.tflite.Metadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What travels in the file besides the graph: the tokenizer, the labels, and the {@link FileFacts}.
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
    all.add(facts(compressed));
    if (!labels.isEmpty()) {
      all.add(labels());
    }
    if (json.isPresent() && client.liteRtLm().isEmpty()) { // a bundle has it beside the models
      AssociatedFile tokenizer = tokenizer(json.get());
      compressed.put(tokenizer.name(), GzipFile.facts(json.get()));
      all.add(tokenizer);
    }
    checkpoint.tokenizer().config().map(Attachments::settings).ifPresent(all::add);
    client.mediaPipe().map(Attachments::vocabulary).ifPresent(all::add);
    return new Metadata(
        model.hfClass(),
        model.family() + " text model, converted by Litegraft",
        Version.text(),
        "",
        all,
        client
            .mediaPipe()
            .map(file -> new BertInputs(BertInputs.MEDIAPIPE_NAMES, BertVocabulary.FILE_NAME)));
  }

  /** Asked last, when the weights were read: their hashes are known then. */
  private AssociatedFile facts(Map<String, ModelFacts.Compressed> compressed) {
    FileFacts facts = new FileFacts(checkpoint, model, client, maxLength, threads);
    return new AssociatedFile(
        ModelFacts.FILE_NAME,
        "What a program must know to use this file, and what it was made from.",
        AssociatedFile.Type.DESCRIPTIONS,
        out -> out.write(facts.of(compressed).toJson().getBytes(UTF_8)));
  }

  private AssociatedFile labels() {
    return AssociatedFile.of(
        ModelFacts.LABELS_NAME,
        "The labels in the order of the logits, one a line.",
        AssociatedFile.Type.LABELS,
        String.join("\n", labels.stream().map(l -> l.replaceAll("\\R", " ")).toList()) + "\n");
  }

  private static AssociatedFile tokenizer(byte[] json) {
    return AssociatedFile.gzip(
        ModelFacts.TOKENIZER_NAME,
        "The tokenizer, in the format of Hugging Face's tokenizers.",
        AssociatedFile.Type.UNKNOWN,
        json);
  }

  private static AssociatedFile settings(byte[] config) {
    return new AssociatedFile(
        ModelFacts.TOKENIZER_CONFIG_NAME,
        "The tokenizer's settings.",
        AssociatedFile.Type.UNKNOWN,
        out -> out.write(config));
  }

  private static AssociatedFile vocabulary(MediaPipeFile file) {
    return AssociatedFile.of(
        BertVocabulary.FILE_NAME,
        "The tokenizer's words for clients that make the tokens themselves.",
        AssociatedFile.Type.VOCABULARY,
        file.vocabulary().text());
  }
}
