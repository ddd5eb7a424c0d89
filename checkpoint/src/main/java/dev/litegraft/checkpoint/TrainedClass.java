package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Kind;
import dev.litegraft.checkpoint.config.HfClass;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The class that a folder is read as: what the user says, what sentence-transformers' modules say,
 * what {@code architectures} names, or else what the tensors are of.
 *
 * @param config with {@code architectures} of that class; where the family is known by {@code
 *     model_type} alone, only the end of its name: {@code ForSequenceClassification}
 * @param sentence what makes vectors or scores of tokens, beside the class
 */
record TrainedClass(HfConfig config, Optional<SentenceTransformer> sentence) {
  private static final String SPANS = "ForQuestionAnswering";
  private static final String MODEL = "Model";
  private static final String SEQUENCE = "ForSequenceClassification";
  private static final String TOKENS = "ForTokenClassification";
  private static final String LABEL_OF_TOKENS = "O|[BIESLU]-.+";

  static TrainedClass of(
      HfConfig config,
      Map<String, TensorData> tensors,
      Optional<SentenceTransformer> sentence,
      Optional<ReadAs> readAs,
      boolean adapted,
      List<String> notes) {
    if (readAs.isPresent()) {
      return asAsked(config, tensors, sentence, readAs.get(), notes);
    }
    if (sentence.isEmpty() && isMasked(config)) {
      notes.add(
          "the head fills in words: the folder is read as sentence-transformers' SparseEncoder"
              + " reads it, for a weight of each word (SPLADE)");
      return new TrainedClass(
          HfClass.with(config, MODEL), Optional.of(SentenceTransformer.splade()));
    }
    if (sentence.isPresent()) {
      SentenceTransformer modules = sentence.get();
      boolean head =
          modules.kind() == Kind.CROSS_ENCODER
              && !modules.pools()
              && modules.reading() instanceof SentenceTransformer.Vector;
      HfConfig named = HfClass.with(config, head ? SEQUENCE : MODEL);
      // Scores that a module makes are not those of the class, whose labels have other rows.
      return new TrainedClass(
          modules.scores().isPresent()
              ? named
                  .with("id2label", null)
                  .with("label2id", null)
                  .with("num_labels", modules.scores().getAsInt())
              : named,
          sentence);
    }
    List<String> names = config.texts("architectures");
    if (names.isEmpty()) {
      String suffix = suffix(config, tensors.keySet());
      notes.add(
          "config.json has no architectures: the model is read as one "
              + (suffix.equals(MODEL)
                  ? "without a head, for embeddings"
                  : suffix.equals(TOKENS) ? "that classifies tokens" : "that classifies texts")
              + ", which its tensors are of; --as chooses otherwise");
      return new TrainedClass(config.with("architectures", List.of(suffix)), sentence);
    }
    // An adapter's task says itself what the model is for.
    if (!adapted && HfClass.of(names.get(0), MODEL).equals(names.get(0))) {
      requireNoHead(config, names.get(0), tensors.keySet());
    }
    return new TrainedClass(config, sentence);
  }

  private static TrainedClass asAsked(
      HfConfig config,
      Map<String, TensorData> tensors,
      Optional<SentenceTransformer> sentence,
      ReadAs readAs,
      List<String> notes) {
    if (readAs == ReadAs.CLASSIFIER) {
      requireNoSpans(config, tensors.keySet());
      boolean known =
          config.texts("architectures").stream()
              .anyMatch(n -> n.endsWith(TOKENS) || n.endsWith(SEQUENCE));
      String suffix = suffix(config, tensors.keySet());
      return new TrainedClass(
          known ? config : HfClass.with(config, suffix.equals(MODEL) ? SEQUENCE : suffix),
          Optional.empty());
    }
    Optional<SentenceTransformer> own = sentence.filter(SentenceTransformer::embeds);
    if (own.isEmpty()) {
      SentenceTransformer standard = SentenceTransformer.standard(config);
      notes.add(
          "the pooling is "
              + standard.poolings().get(0).id()
              + ", as sentence-transformers takes for a folder without modules.json; --pooling"
              + " chooses another");
      own = Optional.of(standard);
    }
    return new TrainedClass(HfClass.with(config, MODEL), own);
  }

  /** What finds spans has no labels, and its own command. */
  private static void requireNoSpans(HfConfig config, Set<String> tensors) {
    boolean spans =
        config.texts("architectures").stream().limit(1).anyMatch(n -> n.contains(SPANS))
            && tensors.stream().noneMatch(t -> t.matches("(score|classifier)\\..*"));
    if (spans) {
      throw new InvalidCheckpointException(
          config.texts("architectures").get(0)
              + " answers questions with spans of a text; it has no labels to classify with",
          config.where() + ", architectures",
          "convert it without --as, and ask it: litegraft answer FILE --context TEXT QUESTION");
    }
  }

  private static boolean isMasked(HfConfig config) {
    return config.texts("architectures").stream().limit(1).anyMatch(n -> n.endsWith("ForMaskedLM"));
  }

  /** A head that was trained and is not read would be lost without a word. */
  private static void requireNoHead(HfConfig config, String name, Set<String> tensors) {
    Optional<String> head =
        tensors.stream().filter(t -> t.matches("(score|classifier)\\..*weight")).findFirst();
    if (head.isPresent()) {
      throw new InvalidCheckpointException(
          "architectures names "
              + name
              + ", which has no classification head, but the folder holds one: "
              + head.get()
              + (config.value("id2label") == null ? "" : ", with labels"),
          config.where() + ", architectures",
          "say what the file is for: --as classifier converts the head with it, --as embedder"
              + " leaves it out");
    }
  }

  /** What class the tensors are of: names that only one class of a family has. */
  private static String suffix(HfConfig config, Set<String> tensors) {
    boolean score = tensors.contains("score.weight");
    boolean classifier =
        tensors.contains("classifier.weight") || tensors.contains("classifier.out_proj.weight");
    if (!score && !classifier) {
      return MODEL;
    }
    if (config.value("problem_type") != null || tensors.contains("classifier.out_proj.weight")) {
      return SEQUENCE;
    }
    if (score) {
      return tensors.contains("score.bias") ? TOKENS : SEQUENCE;
    }
    boolean ofText =
        tensors.contains("pre_classifier.weight")
            || tensors.stream().anyMatch(t -> t.matches("(.*\\.)?pooler(\\.dense)?\\.weight"));
    boolean open = tensors.contains("head.dense.weight");
    return ofText || (open && !namesTokens(config)) ? SEQUENCE : TOKENS;
  }

  private static boolean namesTokens(HfConfig config) {
    return Labels.of(config).names().stream().allMatch(label -> label.matches(LABEL_OF_TOKENS));
  }
}
