package dev.litegraft.web.page;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.Answer;
import dev.litegraft.runtime.AnswerOptions;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Engine;
import dev.litegraft.runtime.QuestionAnswerer;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import dev.litegraft.runtime.TokenClassification;
import dev.litegraft.runtime.TokenClassifier;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.runtime.ZeroShotClassification;
import dev.litegraft.runtime.ZeroShotClassifier;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that happens to texts on their way through a model, but for the graph: the classes of
 * {@code dev.litegraft.runtime} themselves, compiled for the page. On a desktop it makes what the
 * page is checked against.
 */
public final class TextSide {
  /** Longer texts of which every token is read would keep a page busy for minutes. */
  static final int MOST_CHARACTERS = 200_000;

  private final String where;
  private final ModelFacts facts;
  private final PageEngine engine;
  private final RawModel model;
  private final List<Mode> modes;
  private final boolean pairs;
  private final boolean cutsLeft;

  private TextSide(
      String where, ModelFacts facts, Tokenizer tokenizer, PageEngine engine, RawModel model) {
    this.where = where;
    this.facts = facts;
    this.engine = engine;
    this.model = model;
    this.pairs = tokenizer.takesPairs();
    this.cutsLeft = tokenizer.truncatesLeft();
    this.modes = Mode.of(facts, pairs);
  }

  /**
   * The text side of a file.
   *
   * @param facts {@code litegraft.json}
   * @param tokenizerJson {@code tokenizer.json}
   * @param tokenizerConfig {@code tokenizer_config.json}, if there is one
   * @param signatures of the file
   * @throws dev.litegraft.error.InvalidInputException if one of them cannot be used
   */
  public static TextSide of(
      byte[] facts,
      byte[] tokenizerJson,
      Optional<byte[]> tokenizerConfig,
      List<Engine.Signature> signatures,
      String where) {
    ModelFacts read = ModelFacts.read(facts, where + ", " + ModelFacts.FILE_NAME);
    PageEngine engine = new PageEngine(signatures);
    Tokenizer tokenizer = Tokenizer.of(tokenizerJson, tokenizerConfig, where);
    return new TextSide(
        where, read, tokenizer, engine, RawModel.over(engine, read, tokenizer, where));
  }

  /** What the file is for. */
  public List<Mode> modes() {
    return modes;
  }

  /** Whether two texts can be told apart in one input. */
  public boolean takesPairs() {
    return pairs;
  }

  /** Whether texts that are too long lose their beginning. */
  public boolean cutsLeft() {
    return cutsLeft;
  }

  /** What the file says of itself. */
  public ModelFacts facts() {
    return facts;
  }

  /** The most tokens of a row. */
  public int maxLength() {
    return model.maxLength().orElse(facts.maxLength());
  }

  /**
   * The rows of tokens that a request asks the graph.
   *
   * @throws dev.litegraft.error.InvalidInputException if the model cannot read its texts
   */
  List<PageEngine.Row> rows(Request request) throws IOException {
    engine.listen();
    answered(request);
    return engine.rows();
  }

  /** The answer to a request, as JSON. */
  String answer(Request request, List<List<RawOutput>> outputs) throws IOException {
    engine.reply(outputs);
    return answered(request);
  }

  // The model stays open: what is made of it here is not closed.
  private String answered(Request request) throws IOException {
    return switch (request.mode()) {
      case CLASSIFY -> classified(request);
      case ZERO_SHOT -> labelled(request);
      case TAG -> tagged(TokenClassifier.of(model).classify(request.text(0)));
      case EMBED -> embedded(TextEmbedder.of(model).embed(request.texts()));
      case RERANK -> ranked(Reranker.of(model).rank(request.context(), request.texts()));
      case ANSWER -> spans(request);
    };
  }

  private String classified(Request request) throws IOException {
    TextClassifier classifier = TextClassifier.of(model);
    Classification answer =
        request.texts().size() == 1
            ? classifier.classify(request.text(0))
            : classifier.classify(request.text(0), request.text(1));
    return new JsonText()
        .open('{')
        .member("says", String.join(", ", answer.labels()))
        .texts("labels", facts.labels())
        .texts("chosen", answer.labels())
        .numbers("scores", answer.probabilities())
        .member("tokens", answer.tokens())
        .member("truncated", answer.truncated())
        .close('}')
        .toString();
  }

  private String labelled(Request request) throws IOException {
    List<String> labels =
        Stream.of(request.context().split("\n", -1))
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    ZeroShotClassification answer =
        ZeroShotClassifier.of(model).classify(request.text(0), labels, request.text(1), false);
    return new JsonText()
        .open('{')
        .member("says", answer.label())
        .texts("labels", answer.labels())
        .texts("chosen", List.of(answer.label()))
        .numbers("scores", answer.scores())
        .member("tokens", answer.tokens())
        .member("truncated", answer.truncated())
        .close('}')
        .toString();
  }

  private static String tagged(TokenClassification answer) {
    JsonText json = new JsonText().open('{');
    json.member(
        "says",
        answer.entities().stream()
            .map(e -> e.label() + " " + e.start() + "-" + e.end())
            .collect(Collectors.joining(", ")));
    json.name("spans").open('[');
    answer
        .entities()
        .forEach(
            e ->
                json.open('{')
                    .member("label", e.label())
                    .member("start", e.start())
                    .member("end", e.end())
                    .member("score", e.score())
                    .close('}'));
    return json.close(']')
        .member("tokens", answer.tokens())
        .member("truncated", answer.truncated())
        .close('}')
        .toString();
  }

  private static String embedded(List<TextEmbedding> answers) {
    JsonText json = new JsonText().open('{').member("says", "");
    if (answers.size() > 1) {
      json.member("similarity", answers.get(0).similarity(answers.get(1)));
    }
    return json.member("dimensions", answers.get(0).vector().length)
        .member("tokens", answers.stream().mapToInt(TextEmbedding::tokens).sum())
        .member("truncated", answers.stream().anyMatch(TextEmbedding::truncated))
        .close('}')
        .toString();
  }

  private static String ranked(List<RankedText> answers) {
    JsonText json = new JsonText().open('{').member("says", "").name("ranked").open('[');
    answers.forEach(
        one ->
            json.open('{')
                .member("index", one.index())
                .member("score", one.score())
                .member("truncated", one.truncated())
                .close('}'));
    return json.close(']')
        .member("tokens", answers.stream().mapToInt(RankedText::tokens).sum())
        .member("truncated", answers.stream().anyMatch(RankedText::truncated))
        .member("queryTruncated", answers.stream().anyMatch(RankedText::queryTruncated))
        .close('}')
        .toString();
  }

  private String spans(Request request) throws IOException {
    if (request.context().length() > MOST_CHARACTERS) {
      throw tooMuch(request.context().length() + " characters");
    }
    List<Answer> answers =
        QuestionAnswerer.of(model)
            .answer(request.text(0), request.context(), AnswerOptions.defaults().withTop(3));
    JsonText json =
        new JsonText()
            .open('{')
            .member("says", answers.isEmpty() ? "" : answers.get(0).text())
            .name("spans")
            .open('[');
    answers.forEach(
        one ->
            json.open('{')
                .member("label", one.text())
                .member("start", one.start())
                .member("end", one.end())
                .member("score", one.score())
                .close('}'));
    return json.close(']').close('}').toString();
  }

  static InvalidRequestException tooMuch(String what) {
    return new InvalidRequestException(
        "the text is too long for a page: " + what, "the text", "give a shorter text");
  }

  @Override
  public String toString() {
    return where;
  }
}
