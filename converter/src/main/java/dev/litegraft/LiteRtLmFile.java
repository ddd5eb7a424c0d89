package dev.litegraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Task;
import dev.litegraft.graph.Graph;
import dev.litegraft.inspection.ProbeTexts;
import dev.litegraft.json.Json;
import dev.litegraft.model.Model;
import dev.litegraft.tflite.BundleWriter;
import dev.litegraft.tflite.FileCheck;
import dev.litegraft.tflite.Metadata;
import dev.litegraft.tflite.TemporaryFolder;
import dev.litegraft.tflite.TfliteWriter;
import dev.litegraft.tokenizer.Settings;
import dev.litegraft.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bundle for LiteRT-LM's EmbeddingEngine: the two parts of an embedder, its tokenizer without
 * padding and truncation, and the special tokens, which the engine puts around a text itself.
 */
final class LiteRtLmFile {
  private final Checkpoint checkpoint;
  private final byte[] tokenizerJson;
  private final List<Integer> begin = new ArrayList<>();
  private final List<Integer> end = new ArrayList<>();

  private LiteRtLmFile(Checkpoint checkpoint) throws IOException {
    this.checkpoint = checkpoint;
    String where = checkpoint.tokenizer().where().toString();
    byte[] json =
        checkpoint
            .tokenizer()
            .json()
            .orElseThrow(() -> refused("the folder has no tokenizer", where));
    this.tokenizerJson = withoutPadding(json, where);
    specialTokens(Tokenizer.read(json, Settings.defaults(), where), where);
  }

  /**
   * Of a model that the engine can run.
   *
   * @throws InvalidRequestException if it cannot: the model answers something else, or its tokens
   *     are put together in another way
   */
  static LiteRtLmFile of(Checkpoint checkpoint, Model model) throws IOException {
    String where = checkpoint.configFile().toString();
    if (model.task() != Task.EMBEDDING) {
      throw refused(answers(checkpoint, model), where);
    }
    if (model.leftOut().isPresent()) {
      throw refused("the model leaves tokens out of a text", where);
    }
    if (model.padding().readsTheLength()) {
      throw refused("the padding of a row changes the model's answer", where);
    }
    return new LiteRtLmFile(checkpoint);
  }

  private static String answers(Checkpoint checkpoint, Model model) {
    boolean ranks =
        model.reranking().isPresent() || checkpoint.sentence().filter(s -> !s.embeds()).isPresent();
    return switch (model.task()) {
      case SPARSE_EMBEDDING -> "the model gives a weight to each word of its vocabulary";
      case TOKEN_EMBEDDING -> "the model gives a vector to each token";
      default -> ranks ? "the model is a reranker" : model.hfClass() + " is no embedder";
    };
  }

  private static InvalidRequestException refused(String what, String where) {
    return new InvalidRequestException(
        what + "; LiteRT-LM's EmbeddingEngine makes one vector of one text",
        where,
        "convert it for another program: --for web or android");
  }

  /** The engine obeys them, and cuts a text that is filled up into pieces. */
  private static byte[] withoutPadding(byte[] json, String where) throws IOException {
    Map<String, @Nullable Object> root = new LinkedHashMap<>(Json.parse(json, where));
    if (root.get("padding") == null && root.get("truncation") == null) {
      return json;
    }
    root.put("padding", null);
    root.put("truncation", null);
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Json.generator(text)) {
      Json.write(out, root);
    }
    return text.toString().getBytes(UTF_8);
  }

  /** What the tokenizer puts around every text, which the engine does by ids. */
  private void specialTokens(Tokenizer tokenizer, String where) {
    Tokenizer plain = tokenizer.with(tokenizer.settings().withSpecialTokens(false));
    boolean known = false;
    for (String text : ProbeTexts.ALL) {
      List<Integer> whole = ids(tokenizer, text);
      List<Integer> inner = ids(plain, text);
      if (!known && !inner.isEmpty()) {
        int at = Collections.indexOfSubList(whole, inner);
        if (at >= 0) {
          begin.addAll(whole.subList(0, at));
          end.addAll(whole.subList(at + inner.size(), whole.size()));
          known = true;
        }
      }
      List<Integer> put = new ArrayList<>(begin);
      put.addAll(inner);
      put.addAll(end);
      if (!put.equals(whole)) {
        throw refused(
            "the tokenizer gives \""
                + text.strip()
                + "\" the ids "
                + whole
                + ", where the engine would"
                + " put together "
                + put,
            where);
      }
    }
  }

  private static List<Integer> ids(Tokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text).ids()).boxed().toList();
  }

  /** What a user should know of it. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    String prompt = checkpoint.sentence().map(s -> s.settings().prompt()).orElse("");
    if (!prompt.isEmpty()) {
      notes.add("LiteRT-LM puts no prompt before a text: put \"" + prompt + "\" there yourself");
    }
    if (checkpoint.stripsTexts()) {
      notes.add("LiteRT-LM takes no white space off a text's ends: take it off yourself");
    }
    if (checkpoint.sentence().map(s -> s.settings().lowersTexts()).orElse(false)) {
      notes.add("LiteRT-LM does not lower-case texts: do it yourself");
    }
    notes.add(
        "LiteRT-LM 0.17.1 cuts a text beyond the longest length into pieces and averages their"
            + " vectors, without a word: cut it yourself, or give a longer --length");
    return notes;
  }

  /**
   * The models of a bundle, as they are stored.
   *
   * @param embedder gives each token its row
   * @param encoders one a length
   */
  record Parts(Graph embedder, List<Graph> encoders) {}

  /**
   * Writes the bundle.
   *
   * @param metadata what the encoder says of the whole
   */
  void write(Path target, Parts parts, TfliteWriter writer, Metadata metadata, FileCheck check)
      throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.of("bundle")) {
      Path embedder = folder.resolve("embedder.tflite");
      Path encoder = folder.resolve("encoder.tflite");
      writer.write(embedder, List.of(parts.embedder()));
      writer.write(encoder, parts.encoders(), metadata);
      new BundleWriter(begin, end, tokenizerJson, embedder, encoder).write(target, check);
    }
  }
}
