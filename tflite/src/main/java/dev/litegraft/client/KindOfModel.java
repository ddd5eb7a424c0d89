package dev.litegraft.client;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Task;
import dev.litegraft.tflite.FileMetadata;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Whether a client is for models of another kind than a file's, so that no option of {@code
 * convert} would help; of files with facts alone, whose model is known.
 */
final class KindOfModel {
  private static final String EMBEDDER = "an embedder";
  private static final String ONE_TEXT = "a classifier of texts, or an embedder";
  private static final String WORD_PIECE = "a model whose tokenizer is WordPiece";
  private static final String OTHER_MODEL = "another model";

  private final TfliteReader file;
  private final ModelFacts facts;

  private KindOfModel(TfliteReader file, ModelFacts facts) {
    this.file = file;
    this.facts = facts;
  }

  /** The only thing to say of a file whose model the client does not run. */
  static Optional<Obstacle> obstacle(Client client, TfliteReader file) throws IOException {
    if (client != Client.MEDIAPIPE && client != Client.LITERTLM) {
      return Optional.empty();
    }
    Optional<ModelFacts> facts = file.facts();
    if (facts.isEmpty()) {
      return Optional.empty();
    }
    KindOfModel kind = new KindOfModel(file, facts.get());
    Optional<Obstacle> obstacle = client == Client.MEDIAPIPE ? kind.mediaPipe() : kind.liteRtLm();
    return obstacle.isPresent()
        ? obstacle
        : facts
            .flatMap(all -> all.find(ModelFacts.REFUSED_BY))
            .map(reasons -> reasons.get(client.id()))
            .flatMap(reason -> refuse(reason, OTHER_MODEL));
  }

  private static Optional<Obstacle> refuse(String what, String remedy) {
    return Optional.of(new Obstacle(what, remedy));
  }

  private Optional<Obstacle> liteRtLm() {
    if (facts.task() != Task.EMBEDDING) {
      return refuse(
          "its engine runs embedders alone, and the model is " + facts.hfClass(), EMBEDDER);
    }
    if (readsWordsAlone()) {
      return refuse(
          "the model reads texts without special tokens, and its engine puts them there", EMBEDDER);
    }
    return file.bundle().isPresent() || hasTokenizer()
        ? Optional.empty()
        : refuse("it has no tokenizer inside", "a folder with a tokenizer");
  }

  private Optional<Obstacle> mediaPipe() throws IOException {
    if (facts.task() != Task.SEQUENCE_CLASSIFICATION && facts.task() != Task.EMBEDDING) {
      return refuse(
          facts.hfClass() + " answers each token, where one row of numbers a text is taken",
          ONE_TEXT);
    }
    if (facts.find(ModelFacts.READS_PAIRS).orElse(false)
        || facts.find(ModelFacts.RERANKING).isPresent()) {
      return refuse("the model reads two texts together, and one is taken", ONE_TEXT);
    }
    if (readsWordsAlone()) {
      return refuse("the model reads texts without [CLS] and [SEP]", ONE_TEXT);
    }
    // Of a file that was made for it the vocabulary was judged then.
    return file.metadata().flatMap(FileMetadata::vocabulary).isPresent()
        ? Optional.empty()
        : tokenizer();
  }

  /** As it is, or compressed. */
  private boolean hasTokenizer() {
    return file.model().files().stream()
        .anyMatch(stored -> stored.name().startsWith(ModelFacts.TOKENIZER_NAME));
  }

  private boolean readsWordsAlone() {
    return !facts.find(ModelFacts.SPECIAL_TOKENS).orElse(true)
        || !facts.find(ModelFacts.LEFT_OUT).map(List::isEmpty).orElse(true);
  }

  private Optional<Obstacle> tokenizer() throws IOException {
    try {
      Optional<byte[]> json = file.file(ModelFacts.TOKENIZER_NAME);
      return json.isPresent()
          ? tokenizer(json.get())
          : refuse("it has no tokenizer inside, and WordPiece is taken", WORD_PIECE);
    } catch (InvalidRequestException e) {
      return refuse(e.what(), WORD_PIECE);
    } catch (InvalidInputException e) {
      return Optional.empty(); // It is damaged, which who reads texts with it is told.
    }
  }

  private Optional<Obstacle> tokenizer(byte[] json) throws IOException {
    Optional<String> type = BertVocabulary.kind(json);
    if (type.isPresent() && !type.get().equals("WordPiece")) {
      return refuse("its tokenizer is " + type.get() + ", and WordPiece is taken", WORD_PIECE);
    }
    BertVocabulary.of(json, file.where());
    return Optional.empty();
  }
}
