package dev.litegraft.runtime;

import static dev.litegraft.runtime.CraftedModel.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.operator.OptionTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that no exporter made and no damage reaches, put together by hand: each is refused with a
 * word that names what is wrong, or answers right. What is tested is as much that this JVM is there
 * at the end.
 */
class CraftedFilesTest {
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final String ANSWERED = "answers ";
  private static final String RIGHT = ANSWERED + "[36.0, -36.0]";

  private static Arguments file(String what, Consumer<CraftedModel> change, String word) {
    return Arguments.of(what, change, word);
  }

  private static Arguments odd(String what, Consumer<CraftedModel> change) {
    return Arguments.of(what, change);
  }

  static Stream<Arguments> signatures() {
    return Stream.of(
        file("no key", m -> m.signature().without(2), "a signature has no key"),
        file("no inputs", m -> m.signature().without(0), "not those of its subgraph"),
        file("no outputs", m -> m.signature().without(1), "not those of its subgraph"),
        file(
            "two names of one input",
            m -> m.signature().tables(0).add(named("again", CraftedModel.IDS)),
            "not those of its subgraph"),
        file(
            "one name for two inputs",
            m -> m.signature().tables(0).add(named("input_ids", CraftedModel.REAL)),
            "not those of its subgraph"),
        file(
            "a tensor that is no input",
            m -> m.signature().tables(0).get(0).set(1, CraftedModel.REAL),
            "not those of its subgraph"),
        file(
            "an output that is a constant",
            m -> m.signature().tables(1).get(0).set(1, CraftedModel.WEIGHT),
            "not those of its subgraph"),
        file(
            "a tensor out of range",
            m -> m.signature().tables(0).get(0).set(1, 99),
            "not one of 6"),
        file(
            "a tensor beyond 31 bits",
            m -> m.signature().tables(1).get(0).set(1, -5),
            "not one of 6"),
        file("a name that is absent", m -> m.signature().tables(0).get(0).without(0), "inputs"),
        file("an empty name", m -> m.signature().tables(0).get(0).set(0, ""), "inputs"),
        file("a subgraph out of range", m -> m.signature().set(4, 1), "subgraph 1 is not one of 1"),
        file("a subgraph beyond 31 bits", m -> m.signature().set(4, -1), "is not one of 1"),
        file(
            "two of one key",
            m -> m.model.tables(7).add(CraftedModel.signature("serving_default", 0)),
            "two signatures"),
        file(
            "two of one key, of two subgraphs",
            m -> {
              m.model.tables(2).add(CraftedModel.subgraph());
              m.model.tables(7).add(CraftedModel.signature("serving_default", 1));
            },
            "two signatures"),
        file(
            "more than LiteRT finds in time",
            m -> {
              List<FlatTable> many = m.model.tables(7);
              for (int i = 0; i < 1024; i++) {
                many.add(CraftedModel.signature("s" + i, 0));
              }
            },
            "1025 signatures"),
        file("a key that ends early for C", m -> m.signature().set(2, "a\0b"), "a NUL"),
        file(
            "names that end early for C",
            m -> m.signature().tables(0).get(0).set(0, "input_ids\0x"),
            "a NUL"),
        file(
            "a key that hides its subgraph",
            m -> {
              m.model.tables(2).add(cutting());
              m.model.tables(4).add(new FlatTable().set(0, CraftedModel.ints(0, 7)));
              m.model.tables(4).add(new FlatTable().set(0, CraftedModel.ints(1, -1)));
              m.model.tables(1).add(CraftedModel.code(65));
              m.model.set(7, new ArrayList<>(List.of(CraftedModel.signature("cut\0x", 1))));
            },
            "a NUL"));
  }

  /** A subgraph that is sound at eight tokens, and reads outside of its input at fewer. */
  private static FlatTable cutting() {
    FlatTable graph = CraftedModel.subgraph();
    List<FlatTable> tensors = graph.tables(0);
    tensors.get(CraftedModel.IDS).set(0, new int[] {1, 8});
    tensors.add(CraftedModel.tensor("begin", (byte) 2, 3, 2));
    tensors.add(CraftedModel.tensor("size", (byte) 2, 4, 2));
    tensors.add(CraftedModel.tensor("cut", (byte) 2, 0, 1, -1));
    graph.tables(3).get(0).set(1, new int[] {8});
    graph
        .tables(3)
        .add(
            0,
            CraftedModel.operator(3, new int[] {0, 6, 7}, 8)
                .set(3, OptionTable.SLICE.code())
                .set(4, new FlatTable()));
    return graph;
  }

  static Stream<Arguments> buffers() {
    return Stream.of(
        file(
            "the empty buffer has bytes, and a weight uses it",
            m -> {
              m.buffer(0).set(0, CraftedModel.floats(1, -1));
              m.tensor(CraftedModel.WEIGHT).set(2, 0);
            },
            "buffer 0"),
        file(
            "outside, and out of the file",
            m -> m.buffer(2).without(0).set(1, 1L << 20).set(2, 8L),
            "the file ends"),
        file(
            "outside, and larger than the file",
            m -> m.buffer(2).without(0).set(1, 16L).set(2, 1L << 40),
            "the file ends"),
        file(
            "outside, and wrapping around 64 bits",
            m -> m.buffer(2).without(0).set(1, -16L).set(2, 32L),
            "the file ends"),
        file(
            "outside, of a negative size",
            m -> m.buffer(2).without(0).set(1, 16L).set(2, -8L),
            "the file ends"),
        file(
            "outside, of no bytes",
            m -> m.buffer(2).without(0).set(1, 16L).set(2, 0L),
            "nothing before makes"),
        file(
            "outside, of too few bytes",
            m -> m.buffer(2).without(0).set(1, 16L).set(2, 4L),
            "has 4 bytes"),
        file(
            "outside, at an odd byte",
            m -> m.buffer(2).without(0).set(1, 17L).set(2, 8L),
            "byte 17"),
        file(
            "empty inside, and outside as well",
            m -> m.buffer(2).set(0, new byte[0]).set(1, 16L).set(2, 8L),
            "status"),
        file(
            "a tensor's buffer out of range",
            m -> m.tensor(CraftedModel.WEIGHT).set(2, 77),
            "buffer 77 is not one of 3"),
        file(
            "a tensor's buffer beyond 31 bits",
            m -> m.tensor(CraftedModel.WEIGHT).set(2, -1),
            "is not one of 3"),
        file("no buffers", m -> m.model.without(4), "it has no buffers"),
        file(
            "in another file",
            m -> m.tensor(CraftedModel.WEIGHT).set(10, 1),
            "stands in another file"),
        file("a state", m -> m.tensor(CraftedModel.SUM).set(5, true), "there already"),
        file(
            "a state with numbers",
            m -> m.tensor(CraftedModel.WEIGHT).set(5, true),
            "keeps a state"),
        file(
            "a state of four gigabytes that nothing reads",
            m ->
                m.graph()
                    .tables(0)
                    .add(CraftedModel.tensor("state", (byte) 0, 0, 1 << 30).set(5, true)),
            "keeps a state"),
        file(
            "sparse, of no order",
            m -> m.tensor(CraftedModel.WEIGHT).set(6, new FlatTable()),
            "is sparse"),
        file(
            "sparse, of dimensions that are not there",
            m ->
                m.tensor(CraftedModel.WEIGHT)
                    .set(
                        6,
                        new FlatTable()
                            .set(0, new int[] {9, -1})
                            .set(1, new int[] {7})
                            .set(2, List.of(new FlatTable().set(0, (byte) 1)))),
            "is sparse"),
        file(
            "of variants",
            m -> m.tensor(CraftedModel.WEIGHT).set(9, List.of(new FlatTable())),
            "of variants"));
  }

  static Stream<Arguments> metadata() {
    return Stream.of(
        file("a buffer out of range", m -> entry(m, "x", 12), "buffer 12 is not one of 3"),
        file("a buffer beyond 31 bits", m -> entry(m, "x", -7), "is not one of 3"),
        file("a name that ends early for C", m -> entry(m, "x\0y", 0), "a NUL"),
        file(
            "dependencies of four billion subgraphs",
            m -> dependencies(m, 1, 0xff, 0xff, 0xff, 0xff, 0x0f),
            "model_control_dependencies"),
        file(
            "dependencies of fewer subgraphs than there are",
            m -> {
              m.model.tables(2).add(CraftedModel.subgraph());
              dependencies(m, 1, 1, 0);
            },
            "model_control_dependencies"),
        file(
            "dependencies of operators that are not there",
            m -> dependencies(m, 1, 1, 1, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f),
            "model_control_dependencies"));
  }

  private static void entry(CraftedModel m, @org.jspecify.annotations.Nullable String name, int b) {
    FlatTable entry = new FlatTable().set(1, b);
    m.model.set(6, new ArrayList<>(List.of(name == null ? entry : entry.set(0, name))));
  }

  /** LiteRT reads these as varints, and counts at the places that they name. */
  private static void dependencies(CraftedModel m, int... varints) {
    byte[] bytes = new byte[varints.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) varints[i];
    }
    m.model.tables(4).add(new FlatTable().set(0, bytes));
    entry(m, "model_control_dependencies", 3);
  }

  /** Subgraphs that call themselves or each other, by every operator that calls one. */
  static Stream<Arguments> cycles() {
    return Stream.of(31, 118, 119, 129, 206)
        .flatMap(
            code ->
                Stream.of(
                    file("itself by " + code, m -> calling(m, code, 0, 1), "that can be checked"),
                    file("a ring by " + code, m -> calling(m, code, 1, 2), "that can be checked")));
  }

  private static void calling(CraftedModel m, int code, int target, int subgraphs) {
    m.model.tables(1).add(CraftedModel.code(code));
    while (m.model.tables(2).size() < subgraphs) {
      m.model.tables(2).add(CraftedModel.subgraph());
    }
    for (FlatTable graph : m.model.tables(2)) {
      graph
          .tables(3)
          .get(0)
          .set(0, 3)
          .set(3, (byte) (code == 118 ? 92 : code == 119 ? 93 : code == 129 ? 103 : 0))
          .set(4, new FlatTable().set(0, target).set(1, target));
    }
  }

  static Stream<Arguments> operators() {
    return Stream.of(
        file(
            "a custom one with flexbuffers",
            m -> {
              m.model.tables(1).get(0).set(0, (byte) 32).set(3, 32).set(1, "FlexErf");
              m.operator(0).set(5, new byte[] {1, 2, (byte) 255, 0});
            },
            "FlexErf"),
        file(
            "a custom one without a name",
            m -> m.model.tables(1).get(0).set(0, (byte) 32).set(3, 32),
            "not one that can be checked"),
        file(
            "a custom one whose options lie outside of the file",
            m -> {
              m.model.tables(1).get(0).set(0, (byte) 32).set(3, 32).set(1, "Sigmoid");
              m.operator(0).set(9, 1L << 50).set(10, 1L << 50);
            },
            "Sigmoid"),
        file(
            "newer than all",
            m -> m.model.tables(1).get(0).set(0, (byte) 127).set(3, 9999),
            "BUILTIN_9999"),
        file(
            "two codes that differ",
            m -> m.model.tables(1).get(0).set(0, (byte) 94).set(3, 53),
            "FILL"),
        file(
            "a negative version",
            m -> m.model.tables(1).get(0).set(2, Integer.MIN_VALUE),
            "status"),
        file("a version of the future", m -> m.model.tables(1).get(0).set(2, 999), "status"),
        file("a code out of range", m -> m.operator(0).set(0, 55), "operator code 55"),
        file("a code beyond 31 bits", m -> m.operator(0).set(0, -2), "operator code"),
        file("no inputs", m -> m.operator(0).without(1), "CAST"),
        file("no outputs", m -> m.operator(0).without(2), "nothing before makes"),
        file(
            "tensors between",
            m -> m.operator(0).set(8, new int[] {3, 99, -7}),
            "keeps tensors between"),
        file("options of the second kind", m -> m.operator(0).set(11, (byte) 1), "second kind"),
        file(
            "options of another operator",
            m -> m.operator(1).set(3, (byte) 9).set(4, new FlatTable().set(0, 1f)),
            "has the options of"),
        file("its own input made again", m -> m.operator(0).set(2, new int[] {0}), "there already"),
        file(
            "reads what it makes",
            m -> m.operator(0).set(1, new int[] {CraftedModel.REAL}),
            "nothing before makes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"signatures", "buffers", "metadata", "cycles", "operators"})
  void isRefusedByName(String what, Consumer<CraftedModel> change, String word) throws IOException {
    CraftedModel model = new CraftedModel();
    change.accept(model);
    String said = verdict(model.bytes());
    assertThat(said).as(what).contains(word).doesNotStartWith(ANSWERED);
  }

  private static String verdict(byte[] bytes) throws IOException {
    try (RawModel model = RawModel.open(ByteBuffer.wrap(bytes))) {
      return answered(model, TOKENS);
    } catch (InvalidFileException e) {
      return e.what();
    }
  }

  private static String answered(RawModel model, int[] tokens) {
    return ANSWERED + Arrays.toString(model.run(tokens, null, null).get(0).values());
  }

  @Test
  void theFileThatIsChangedIsSound() throws IOException {
    assertThat(verdict(new CraftedModel().bytes())).isEqualTo(RIGHT);
  }

  static Stream<Arguments> odd() {
    return Stream.of(
        odd("a key in another script", m -> m.signature().set(2, "기본")),
        odd("a key of control characters", m -> m.signature().set(2, "\033[31m\n")),
        odd("an empty key", m -> m.signature().set(2, "")),
        odd("a metadata entry without a name", m -> entry(m, null, 0)),
        odd("a long key", m -> m.signature().set(2, "k".repeat(100_000))),
        odd("no signatures", m -> m.model.without(7)),
        odd("no names", m -> m.graph().tables(0).forEach(t -> t.without(3))),
        odd("an empty list of signatures", m -> m.model.set(7, List.of())),
        odd("one name for all tensors", m -> m.graph().tables(0).forEach(t -> t.set(3, "t"))),
        odd("no rank", m -> m.tensor(CraftedModel.SUM).set(8, false)),
        odd(
            "two weights that overlap",
            m -> m.model.tables(4).add(new FlatTable().set(1, 8L).set(2, 64L))),
        odd("a custom operator that nothing uses", CraftedFilesTest::unusedCustom),
        odd(
            "options of a custom operator at one that is none",
            m -> m.operator(0).set(5, new byte[] {9, 9}).set(9, 1L << 60).set(10, 1L << 60)),
        odd("a metadata entry without bytes", m -> entry(m, "min_runtime_version", 0)),
        odd("metadata that says nothing", m -> entry(m, "TFLITE_METADATA", 1)),
        odd("a second subgraph", m -> m.model.tables(2).add(CraftedModel.subgraph())),
        odd(
            "a hundred signatures",
            m -> {
              for (int i = 0; i < 100; i++) {
                m.model.tables(7).add(CraftedModel.signature("s" + i, 0));
              }
            }));
  }

  private static void unusedCustom(CraftedModel m) {
    m.model.tables(1).add(CraftedModel.code(32).set(1, "Nothing"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("odd")
  void answersRight(String what, Consumer<CraftedModel> change) throws IOException {
    CraftedModel model = new CraftedModel();
    change.accept(model);
    String said = verdict(model.bytes());
    assertThat(said).as(what).isEqualTo(RIGHT);
  }
}
