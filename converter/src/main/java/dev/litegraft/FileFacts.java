package dev.litegraft;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.SentenceSettings;
import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ModelFacts.Provenance;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.Similarity;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a file says of itself: what a program must know to use it, and what it was made from.
 *
 * @param maxLength the longest text in tokens
 * @param threads that hash what was not read before
 */
record FileFacts(
    Checkpoint checkpoint, Model model, ClientFile client, int maxLength, int threads) {

  /**
   * The facts.
   *
   * @param compressed the compressed files beside them, by name
   */
  ModelFacts of(Map<String, ModelFacts.Compressed> compressed) throws IOException {
    ConversionOptions options = client.options();
    ModelFacts.Builder facts =
        ModelFacts.builder()
            .with(ModelFacts.LITEGRAFT_VERSION, Version.text())
            .with(ModelFacts.FAMILY, model.family())
            .with(ModelFacts.HF_CLASS, model.hfClass())
            .with(ModelFacts.TASK, model.task())
            .with(ModelFacts.LORA_TASK, options.task())
            .with(ModelFacts.RECIPE, options.recipe().canonicalName())
            .with(
                ModelFacts.ROUNDING,
                Optional.of(options.recipe().rounding()).filter(way -> !way.equals("plain")))
            .with(ModelFacts.PARAMETERS, model.size().parameters())
            .with(ModelFacts.REFUSED_BY, OtherClients.refusing(checkpoint, model))
            .with(ModelFacts.COMPRESSED, compressed)
            .with(ModelFacts.PROVENANCE, provenance());
    sayAnswers(facts);
    sayRows(facts);
    sayTexts(facts);
    return facts.build();
  }

  /** What the outputs mean, and how they are compared. */
  private void sayAnswers(ModelFacts.Builder facts) {
    boolean asksNothing = model.reranking().isEmpty();
    facts
        .with(ModelFacts.LABELS, model.labels())
        .with(ModelFacts.PROBLEM_TYPE, model.problemType())
        .with(ModelFacts.OUTPUT, client.signatures().output())
        .with(ModelFacts.CONFIDENCE, client.options().confidence())
        .with(ModelFacts.POOLING, Optional.of(model.poolings()).filter(all -> !all.isEmpty()))
        .with(ModelFacts.NORMALIZE, model.task() == Task.EMBEDDING && model.head().normalizes())
        .with(ModelFacts.DIMENSIONS, boxed(client.options().dimensions()))
        .with(
            ModelFacts.READS_PAIRS,
            model.task() == Task.SEQUENCE_CLASSIFICATION
                && asksNothing
                && checkpoint.sentence().filter(x -> !x.embeds()).isPresent())
        .with(ModelFacts.RERANKING, model.reranking())
        .with(ModelFacts.LATE_INTERACTION, model.lateInteraction())
        .with(
            ModelFacts.SIMILARITY,
            sentence().map(SentenceSettings::similarity).orElse(Similarity.COSINE));
  }

  /** How the inputs are called, and how rows of tokens are filled up and cut. */
  private void sayRows(ModelFacts.Builder facts) {
    boolean bundle = client.liteRtLm().isPresent();
    int limit = model.limit();
    // MediaPipe fills rows with 0, whatever the model says: families that read padding answer so.
    OptionalInt pad =
        client.mediaPipe().isPresent() ? OptionalInt.of(0) : model.padding().padToken();
    facts
        .with(ModelFacts.SIGNATURE_NAMES, client.options().signatureNames())
        .with(ModelFacts.LENGTHS, client.options().lengths())
        .with(ModelFacts.MAX_LENGTH, maxLength)
        .with(
            ModelFacts.MODEL_MAX_POSITIONS,
            Optional.of(limit).filter(most -> most != Integer.MAX_VALUE))
        .with(ModelFacts.PAD_TOKEN_ID, boxed(pad))
        .with(
            ModelFacts.PADDING_SIDE, model.padding().padsLeft() && !bundle ? Side.LEFT : Side.RIGHT)
        .with(
            ModelFacts.TOKEN_TYPES,
            !bundle && (model.takesTokenTypes() || client.signatures().alwaysTypes()));
  }

  /** What becomes of a text before and while it is tokenized. */
  private void sayTexts(ModelFacts.Builder facts) {
    boolean asksNothing = model.reranking().isEmpty();
    facts
        .with(
            ModelFacts.PROMPT,
            // Of a language model the prompt is the instruction of its template.
            sentence()
                .filter(x -> asksNothing && model.lateInteraction().isEmpty())
                .map(SentenceSettings::prompt)
                .orElse(""))
        .with(
            ModelFacts.PROMPTS,
            sentence().filter(x -> asksNothing).map(SentenceSettings::prompts).orElse(Map.of()))
        .with(ModelFacts.SPECIAL_TOKENS, model.leftOut().isEmpty())
        .with(ModelFacts.LEFT_OUT, model.leftOut().orElse(List.of()))
        .with(
            ModelFacts.STRIP,
            // A table's module does it not.
            model.leftOut().isEmpty() && checkpoint.stripsTexts())
        .with(ModelFacts.LOWER_CASE, sentence().map(SentenceSettings::lowersTexts).orElse(false));
  }

  private Optional<SentenceSettings> sentence() {
    return checkpoint.sentence().map(SentenceTransformer::settings);
  }

  private static Optional<Integer> boxed(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
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
