package dev.litegraft.web.page;

import dev.litegraft.error.LitegraftException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.json.Json;
import dev.litegraft.runtime.Engine;
import dev.litegraft.runtime.RawOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.teavm.jso.JSExport;

/**
 * The functions of {@code text.js}, which is made of this class and all that it calls. They take
 * and give JSON; a fault is {@code {"error": {"what", "where", "try"}}}.
 */
final class PageMain {
  private static final String WHERE = "model.tflite";

  private static @Nullable TextSide side;
  private static @Nullable Request request;
  private static List<List<RawOutput>> outputs = List.of();

  private PageMain() {}

  /** What may fail. */
  private interface Action {
    String run() throws IOException;
  }

  /** Nothing happens before the page asks. */
  public static void main(String[] args) {}

  /**
   * Opens a file.
   *
   * @param config {@code tokenizer_config.json}, or nothing
   * @param signatures {@code {"signatures": [{"key", "inputs": [{"name", "shape"}], "outputs"}]}}
   */
  @JSExport
  public static String open(byte[] facts, byte[] tokenizer, byte[] config, String signatures) {
    return told(
        () -> {
          TextSide opened =
              TextSide.of(
                  facts,
                  tokenizer,
                  config.length == 0 ? Optional.empty() : Optional.of(config),
                  signatures(signatures),
                  WHERE);
          side = opened;
          JsonText json = new JsonText().open('{');
          json.texts("modes", opened.modes().stream().map(Mode::id).toList());
          return json.texts("labels", opened.facts().labels())
              .member("pairs", opened.takesPairs())
              .member("readsPairs", opened.facts().find(ModelFacts.READS_PAIRS).orElse(false))
              .member("problem", opened.facts().problemType().map(p -> p.hfName()).orElse(""))
              .member("maxLength", opened.maxLength())
              .member("cutsLeft", opened.cutsLeft())
              .close('}')
              .toString();
        });
  }

  /** The rows that a request asks the graph: {@code {"rows": [{"key", "inputs": {…}}]}}. */
  @JSExport
  public static String rows(String asked) {
    return told(
        () -> {
          Request read = Request.of(asked);
          request = read;
          outputs = new ArrayList<>();
          return Checks.rows(opened().rows(read));
        });
  }

  /** An output of the next row, or a further one of the row before. */
  @JSExport
  public static void give(boolean nextRow, String name, int[] shape, float[] values) {
    if (nextRow) {
      outputs.add(new ArrayList<>());
    }
    List<Integer> dimensions = new ArrayList<>();
    for (int dimension : shape) {
      dimensions.add(dimension);
    }
    outputs.get(outputs.size() - 1).add(new RawOutput(name, dimensions, values));
  }

  /** The answer to the request, when all of its rows have theirs. */
  @JSExport
  public static String answer() {
    return told(
        () -> {
          Request asked = request;
          if (asked == null) {
            throw new IllegalStateException("nothing was asked");
          }
          return opened().answer(asked, outputs);
        });
  }

  private static TextSide opened() {
    TextSide opened = side;
    if (opened == null) {
      throw new IllegalStateException("no file is open");
    }
    return opened;
  }

  private static String told(Action action) {
    try {
      return action.run();
    } catch (LitegraftException e) {
      return fault(e.what(), e.where(), e.remedy());
    } catch (IOException | RuntimeException e) {
      return fault(
          String.valueOf(e.getMessage()), e.getClass().getName(), "tell the maker of the page");
    }
  }

  private static String fault(String what, String where, String remedy) {
    return new JsonText()
        .open('{')
        .name("error")
        .open('{')
        .member("what", what)
        .member("where", where)
        .member("try", remedy)
        .close('}')
        .close('}')
        .toString();
  }

  private static List<Engine.Signature> signatures(String json) {
    List<Engine.Signature> signatures = new ArrayList<>();
    for (Object one :
        (List<?>) Json.parse(json, "the signatures").getOrDefault("signatures", List.of())) {
      Map<?, ?> signature = (Map<?, ?>) one;
      signatures.add(
          new Engine.Signature(
              Optional.of(String.valueOf(signature.get("key"))),
              tensors(signature.get("inputs")),
              tensors(signature.get("outputs"))));
    }
    return signatures;
  }

  private static List<?> list(@Nullable Object json) {
    return json instanceof List<?> list ? list : List.of();
  }

  private static List<Engine.Tensor> tensors(@Nullable Object json) {
    List<Engine.Tensor> tensors = new ArrayList<>();
    for (Object one : list(json)) {
      Map<?, ?> tensor = (Map<?, ?>) one;
      List<Integer> shape = new ArrayList<>();
      for (Object dimension : list(tensor.get("shape"))) {
        shape.add(((Number) dimension).intValue());
      }
      tensors.add(new Engine.Tensor(String.valueOf(tensor.get("name")), shape));
    }
    return tensors;
  }
}
