package dev.litegraft.web;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.Engine;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.ZeroShotClassifier;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import dev.litegraft.web.page.Checks;
import dev.litegraft.web.page.Mode;
import dev.litegraft.web.page.TextSide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes {@code check.json}: what this program's own runtime answers to eight texts. */
final class PageChecks {
  /** f32 differs by the order of sums; more is another answer. */
  private static final double EXACT = 1e-4;

  /** Numbers in 16 bits. */
  private static final double HALF = 2e-3;

  /** A row of int8 that lies on the border between two steps: 0.03 was seen. */
  private static final double ROUNDED = 0.05;

  /** The same of vectors, whose distance is meant: a cosine of 0.998 between those of length 1. */
  private static final double ROUNDED_VECTORS = Math.sqrt(2 * (1 - 0.998));

  /** One of two for the start of the page; the other fills the model's length. */
  private static final String SHORT = "배우들 연기가 훌륭하고 마지막 장면에서 눈물이 났습니다";

  private static final List<String> TEXTS =
      List.of(
          SHORT,
          "The film was a pleasure to watch, and Seoul never looked better.",
          "돈이 아깝다. 다시는 보지 않을 영화!",
          "Great movie!! café naïve ÀÉ — 3.14 ½ №5",
          "👩‍👩‍👧 오늘 본 영화 🎬 정말 최고 👍🏽 ㅋㅋㅋ",
          "𠀋𠮷野家 ㄱㄴㄷ e\u0301 [SEP] </s> [CLS]",
          "\tNever  again…\u00a0it was boring\n and far too long.  ");

  /** Of the text by which a page measures itself. */
  private static final int TIMED_TOKENS = 16;

  private static final String LONG = "정말 재미있는 영화였고 Paris에서 본 3편 가운데 최고입니다. ";

  private final TextSide side;
  private final RawModel model;
  private final List<Engine.Signature> signatures;

  private PageChecks(TextSide side, RawModel model, List<Engine.Signature> signatures) {
    this.side = side;
    this.model = model;
    this.signatures = signatures;
  }

  /**
   * The checks of a file.
   *
   * @throws InvalidFileException if it is not of this project, or has no tokenizer inside
   */
  static String of(Path file, String sha256, RuntimeOptions options) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file);
        RawModel model = RawModel.open(file, options)) {
      List<Engine.Signature> signatures = signatures(reader.model());
      TextSide side =
          TextSide.of(
              inside(reader, ModelFacts.FILE_NAME),
              inside(reader, ModelFacts.TOKENIZER_NAME),
              reader.file(ModelFacts.TOKENIZER_CONFIG_NAME),
              signatures,
              reader.where());
      return new PageChecks(side, model, signatures).text(sha256, reader.model().fileBytes());
    }
  }

  private static byte[] inside(TfliteReader reader, String name) throws IOException {
    return reader
        .file(name)
        .orElseThrow(
            () ->
                new InvalidFileException(
                    "there is no " + name + " inside the file, without which a page cannot ask it",
                    reader.where(),
                    "litegraft convert DIR -o FILE --for web"));
  }

  private static List<Engine.Signature> signatures(TfliteModel model) {
    List<Engine.Signature> signatures = new ArrayList<>();
    for (TfliteModel.Signature signature : model.signatures()) {
      signatures.add(
          new Engine.Signature(
              Optional.of(signature.key()),
              tensors(model, signature.subgraph(), signature.inputs()),
              tensors(model, signature.subgraph(), signature.outputs())));
    }
    return signatures;
  }

  private static List<Engine.Tensor> tensors(
      TfliteModel model, int subgraph, Map<String, Integer> named) {
    List<Engine.Tensor> tensors = new ArrayList<>();
    named.forEach(
        (name, tensor) ->
            tensors.add(new Engine.Tensor(name, model.tensor(subgraph, tensor).shape())));
    return tensors;
  }

  private String text(String sha256, long bytes) throws IOException {
    Checks checks = new Checks();
    Mode mode = side.modes().get(0);
    for (String text : TEXTS) {
      add(checks, mode, text, checks.count() == 0);
    }
    add(checks, mode, LONG.repeat(side.maxLength() / 4 + 1), true);
    if (checks.count() < 2) {
      throw new InvalidFileException(
          "the model reads " + checks.count() + " of eight texts: a page could not be checked",
          model.where(),
          "litegraft classify FILE TEXT says why");
    }
    addTimed(checks, mode);
    String recipe = side.facts().recipe().toLowerCase(Locale.ROOT);
    boolean rounded = recipe.contains("wi8") || recipe.contains("wi4");
    double most = mode == Mode.EMBED ? ROUNDED_VECTORS : ROUNDED;
    double tolerance = rounded ? most : recipe.contains("16") ? HALF : EXACT;
    return checks.text(signatures, sha256, bytes, !rounded, tolerance);
  }

  /** What a mode is asked about a text. */
  private record Asked(List<String> texts, String context) {
    static Asked of(Mode mode, String text) {
      return switch (mode) {
        case CLASSIFY, TAG, EMBED -> new Asked(List.of(text), "");
        case ZERO_SHOT ->
            new Asked(List.of(text, ZeroShotClassifier.USUAL_HYPOTHESIS), "a film\n여행");
        case RERANK -> new Asked(List.of(text), "Which film is good?");
        case ANSWER -> new Asked(List.of("What was good?"), text);
      };
    }
  }

  private void add(Checks checks, Mode mode, String text, boolean start) throws IOException {
    Asked asked = Asked.of(mode, text);
    try {
      checks.add(side, mode, asked.texts(), asked.context(), start, this::answered);
    } catch (InvalidRequestException e) {
      // A text of which the tokenizer leaves nothing; the others are enough.
    }
  }

  private int tokens(Mode mode, Asked asked) throws IOException {
    try {
      return Checks.tokens(side, mode, asked.texts(), asked.context());
    } catch (InvalidRequestException e) {
      return 0;
    }
  }

  /** A text of sixteen tokens, or as near as its words come. */
  private void addTimed(Checks checks, Mode mode) throws IOException {
    List<String> words = List.of((SHORT + " " + LONG.strip()).split(" ", -1));
    int nearest = 0;
    for (int count = 1; count <= words.size(); count++) {
      Asked asked = Asked.of(mode, String.join(" ", words.subList(0, count)));
      int tokens = tokens(mode, asked);
      if (nearest > 0 && tokens > TIMED_TOKENS) {
        return;
      }
      checks.timed(mode, asked.texts(), asked.context(), tokens);
      nearest = tokens;
    }
  }

  private List<RawOutput> answered(String key, Map<String, int[]> inputs) {
    int[] ids = null;
    int[] mask = null;
    int[] types = null;
    int place = 0;
    for (Map.Entry<String, int[]> input : inputs.entrySet()) {
      String name = input.getKey();
      if (name.contains("mask") || name.equals("args_1")) {
        mask = input.getValue();
      } else if (name.contains("type") || name.equals("args_2")) {
        types = input.getValue();
      } else {
        ids = input.getValue();
      }
      place++;
    }
    if (ids == null) {
      throw new IllegalStateException(place + " inputs of " + key + ", none of them the ids");
    }
    return model.run(ids, mask, types);
  }
}
