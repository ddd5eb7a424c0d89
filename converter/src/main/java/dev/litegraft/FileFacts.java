package dev.litegraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ProblemType;
import dev.litegraft.checkpoint.config.TokenizerFiles;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ModelFacts.Provenance;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.Task;
import dev.litegraft.model.EmbeddingHead;
import dev.litegraft.tflite.AssociatedFile;
import dev.litegraft.tflite.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What travels in the file besides the graph: the tokenizer, the labels, and what it was made from.
 */
final class FileFacts {
  private final Checkpoint checkpoint;
  private final Architectures.Found found;
  private final ConversionOptions options;
  private final EmbeddingHead head;
  private final int maxLength;
  private final int threads;
  private final List<String> labels;

  FileFacts(
      Checkpoint checkpoint,
      Architectures.Found found,
      ConversionOptions options,
      EmbeddingHead head,
      int maxLength,
      int threads) {
    this.checkpoint = checkpoint;
    this.found = found;
    this.options = options;
    this.head = head;
    this.maxLength = maxLength;
    this.threads = threads;
    this.labels =
        found.task() == Task.EMBEDDING ? List.of() : Labels.of(checkpoint.config()).names();
  }

  List<String> labels() {
    return labels;
  }

  boolean hasTokenizer() {
    return checkpoint.tokenizerFiles().tokenizer().isPresent();
  }

  /** What the user should know. */
  List<String> notes() {
    List<String> notes = new ArrayList<>(checkpoint.adapterNotes());
    checkpoint.sentence().ifPresent(sentence -> notes.addAll(sentence.notes()));
    if (!hasTokenizer()) {
      notes.add("the folder has no tokenizer.json: classify will need --tokenizer DIR");
    }
    if (found.task() == Task.SEQUENCE_CLASSIFICATION && labels.get(0).equals("LABEL_0")) {
      notes.add("the labels have no names (LABEL_0 …): id2label in config.json would name them");
    }
    if (!options.lengths().isEmpty() && poolsPadding()) {
      notes.add(
          "there is no pad token, and positions are learned: texts that are shorter than a static"
              + " length are refused; set pad_token_id in config.json, or convert with --length"
              + " dynamic");
    }
    return notes;
  }

  /**
   * Whether the last token of a row is read even if it is padding, and cannot be kept from that.
   */
  private boolean poolsPadding() {
    return found.task() == Task.SEQUENCE_CLASSIFICATION
        && found.architecture().pooling(checkpoint.config()) == Pooling.LAST
        && found.architecture().padToken(checkpoint.config()).isEmpty()
        && !found.architecture().allowsLeftPadding(checkpoint.config());
  }

  /** Numbers of the tensors that a layer read. */
  long parameters() {
    Set<String> unused = new HashSet<>(checkpoint.weights().unused());
    return checkpoint.weights().tensors().entrySet().stream()
        .filter(e -> !unused.contains(e.getKey()))
        .mapToLong(e -> e.getValue().shape().elements())
        .sum();
  }

  Metadata metadata() {
    TokenizerFiles files = checkpoint.tokenizerFiles();
    List<AssociatedFile> all = new ArrayList<>();
    all.add(
        new AssociatedFile(
            ModelFacts.FILE_NAME,
            "What a program must know to use this file, and what it was made from.",
            AssociatedFile.Type.DESCRIPTIONS,
            out -> out.write(facts().toJson().getBytes(UTF_8))));
    if (!labels.isEmpty()) {
      all.add(
          AssociatedFile.of(
              ModelFacts.LABELS_NAME,
              "The labels in the order of the logits, one a line.",
              AssociatedFile.Type.LABELS,
              String.join("\n", labels.stream().map(l -> l.replaceAll("\\R", " ")).toList())
                  + "\n"));
    }
    copy(
        all,
        ModelFacts.TOKENIZER_NAME,
        "The tokenizer, in the format of Hugging Face's tokenizers.",
        files.tokenizer());
    copy(all, ModelFacts.TOKENIZER_CONFIG_NAME, "The tokenizer's settings.", files.config());
    copy(
        all,
        ModelFacts.SPECIAL_TOKENS_NAME,
        "The tokenizer's special tokens.",
        files.specialTokens());
    return new Metadata(
        found.hfClass(),
        found.architecture().family() + " text model, converted by Litegraft",
        Version.text(),
        "",
        all);
  }

  private static void copy(
      List<AssociatedFile> all, String name, String description, Optional<Path> source) {
    source.ifPresent(
        path -> all.add(AssociatedFile.copy(name, description, AssociatedFile.Type.UNKNOWN, path)));
  }

  private ModelFacts facts() throws IOException {
    int limit = found.architecture().maxTokens(checkpoint.config());
    return new ModelFacts(
        Version.text(),
        found.architecture().family(),
        found.hfClass(),
        found.task(),
        labels,
        found.task() == Task.EMBEDDING
            ? Optional.empty()
            : Optional.of(ProblemType.of(checkpoint.config(), labels.size()).hfName()),
        pooling(),
        found.architecture().padToken(checkpoint.config()),
        paddingSide(),
        maxLength,
        limit == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(limit),
        found.architecture().takesTokenTypes(checkpoint.config()),
        options.signatureNames(),
        options.recipe().canonicalName(),
        parameters(),
        options.lengths(),
        found.task() == Task.EMBEDDING && head.normalizes(),
        checkpoint.sentence().map(SentenceTransformer::prompt).orElse(""),
        checkpoint.sentence().map(SentenceTransformer::lowerCase).orElse(false),
        provenance());
  }

  private Optional<String> pooling() {
    return switch (found.task()) {
      case SEQUENCE_CLASSIFICATION ->
          Optional.of(found.architecture().pooling(checkpoint.config()).id());
      case TOKEN_CLASSIFICATION -> Optional.empty();
      case EMBEDDING -> Optional.of(Pooling.id(head.poolings()));
    };
  }

  private Side paddingSide() {
    return found.padsLeft(
            checkpoint.config(),
            checkpoint.tokenizerConfig(),
            pooling().map(Pooling::ofId).orElse(List.of()))
        ? Side.LEFT
        : Side.RIGHT;
  }

  private Provenance provenance() throws IOException {
    Map<String, String> tensors = checkpoint.sha256(threads);
    List<String> files = checkpoint.files().stream().map(f -> name(f.path())).toList();
    Optional<Path> adapter = checkpoint.adapterConfig();
    return new Provenance(
        sha256(checkpoint.folder().resolve("config.json")),
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
