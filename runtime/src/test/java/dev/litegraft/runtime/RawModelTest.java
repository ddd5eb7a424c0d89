package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.LitegraftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawModelTest {
  /** Sums of a few hundred numbers below 1, in another order. */
  private static final float ROUNDING = 1e-4f;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.tflite");
  }

  @Test
  void aDynamicSignatureRunsAtTheLengthOfEachRow() throws IOException {
    TinyModel tiny = new TinyModel();
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      for (int length : new int[] {5, 1, 64, 5, 200}) {
        assertAnswers(model, tiny, ids(length), null);
      }
      assertThat(model.maxLength()).isEmpty();
    }
  }

  @Test
  void theSmallestStaticSignatureThatFitsRuns() throws IOException {
    TinyModel tiny =
        new TinyModel()
            .signature("serving_default", 32)
            .signature("tokens_8", 8)
            .signature("tokens_16", 16);
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      for (int length : new int[] {32, 1, 8, 9, 16, 17}) {
        assertAnswers(model, tiny, ids(length), null);
      }
      assertThat(model.maxLength()).hasValue(32);
      assertThatThrownBy(() -> model.run(ids(33), null, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("33 tokens, where the model takes at most 32");
    }
  }

  @Test
  void aFileInMemoryAnswersAsOnDiskAndTheBufferIsFree() throws IOException {
    TinyModel tiny = new TinyModel().signature("serving_default", 8);
    byte[] bytes = Files.readAllBytes(tiny.write(file()));
    try (RawModel model = RawModel.open(ByteBuffer.wrap(bytes))) {
      Arrays.fill(bytes, (byte) -1);
      assertAnswers(model, tiny, new int[] {0, 5, 6, 7}, new int[] {0, 1, 1, 0});
      assertThat(model.where()).isEqualTo("a buffer of " + bytes.length + " bytes");
      assertThatThrownBy(() -> model.run(ids(9), null, null))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining(model.where());
    }
  }

  @Test
  void aDamagedBufferIsTheFilesFault() throws IOException {
    byte[] bytes = Files.readAllBytes(new TinyModel().write(file()));
    for (int length : new int[] {0, 7, bytes.length / 2}) {
      assertThatThrownBy(() -> RawModel.open(ByteBuffer.wrap(bytes, 0, length)))
          .isInstanceOf(InvalidFileException.class)
          .hasMessageContaining("a buffer of " + length + " bytes");
    }
  }

  @Test
  void aMaskHidesTokens() throws IOException {
    TinyModel tiny = new TinyModel().signature("serving_default", 8);
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertAnswers(model, tiny, new int[] {0, 5, 6, 7}, new int[] {0, 1, 1, 0});
    }
  }

  @Test
  void runsInt64InputsWithForeignNames() throws IOException {
    TinyModel tiny =
        new TinyModel()
            .inputs("args_0", "args_1", "")
            .output("output_0")
            .int64()
            .signature("serving_default", 16);
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertAnswers(model, tiny, ids(9), null);
      assertThat(model.answer(ids(3), null, null).name()).isEqualTo("output_0");
    }
  }

  @Test
  void namesThatSayNothingCountInTheOrderOfTheSubgraph() throws IOException {
    // By the alphabet the mask would come first.
    TinyModel tiny = new TinyModel().inputs("z", "a", "");
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertAnswers(model, tiny, new int[] {5, 6, 7}, new int[] {1, 1, 0});
    }
  }

  @Test
  void theIdsAreWhatChoosesRowsOfTheTableWhereNamesAndOrderSayOtherwise() throws IOException {
    for (boolean maskFirst : new boolean[] {false, true}) {
      for (String ids : List.of("args_0", "args_1")) {
        TinyModel tiny =
            new TinyModel().inputs(ids, ids.equals("args_0") ? "args_1" : "args_0", "");
        tiny = maskFirst ? tiny.takingTheMaskFirst() : tiny;
        try (RawModel model = RawModel.open(tiny.write(file()))) {
          assertAnswers(model, tiny, new int[] {5, 6, 7}, new int[] {1, 1, 0});
        }
      }
    }
  }

  @Test
  void aGenerativeModelIsRefusedWithWhatItTakes() throws IOException {
    Path generative = new TinyModel().inputs("tokens", "input_pos", "kv_cache_k_0").write(file());
    assertThatThrownBy(() -> RawModel.open(generative))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nothing is known to put into input input_pos")
        .hasMessageContaining("kv_cache_k_0 I32[1, -1]]");
    Path cached = new TinyModel().inputs("tokens", "kv_cache_k_0", "").write(file());
    assertThatThrownBy(() -> RawModel.open(cached))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("kv_cache_k_0 is a cache, as generative models have it");
  }

  @Test
  void runsAModelWithoutMask() throws IOException {
    TinyModel tiny = new TinyModel().inputs("input_ids", "", "");
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertAnswers(model, tiny, ids(5), null);
      assertThatThrownBy(() -> model.run(ids(2), new int[] {1, 0}, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the mask hides tokens, but the model has no mask input");
      assertThatThrownBy(() -> model.run(ids(2), null, new int[] {0, 1}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the token types are not all 0");
    }
  }

  @Test
  void saysWhatItTakes() throws IOException {
    TinyModel tiny = new TinyModel().signature("serving_default", 16).signature("short", 8);
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertThat(model.lengths()).containsExactly(8, 16);
      assertThat(model.takesMask()).isTrue();
      assertThat(model.takesTokenTypes()).isFalse();
    }
    try (RawModel model = RawModel.open(new TinyModel().inputs("ids", "", "").write(file()))) {
      assertThat(model.lengths()).isEmpty();
      assertThat(model.takesMask()).isFalse();
    }
  }

  @Test
  void theValuesInsideAreThoseThatLeadToTheAnswer() throws IOException {
    TinyModel tiny = new TinyModel();
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      RawOutput answer = model.answer(ids(5), null, null);
      List<RawOutput> all =
          model.values(TokenRow.of(ids(5)), Set.of("rows", "result", "no such value"));
      assertThat(all).extracting(RawOutput::name).containsExactly("rows", "result");
      assertThat(all.get(0).values()).hasSize(5 * TinyModel.WIDTH);
      float[] result = all.get(1).values();
      for (int i = 0; i < answer.values().length; i++) {
        assertThat(result[i]).isCloseTo(answer.values()[i], within(ROUNDING));
      }
      assertThat(model.answer(ids(5), null, null).values()).isEqualTo(answer.values());
    }
  }

  @Test
  void runsAFileWithoutSignatures() throws IOException {
    TinyModel tiny = new TinyModel().withoutSignatures();
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertAnswers(model, tiny, ids(5), null);
    }
  }

  @Test
  void opensAPathWithKoreanLetters() throws IOException {
    TinyModel tiny = new TinyModel();
    try (RawModel model = RawModel.open(tiny.write(folder.resolve("분류기 모델.tflite")))) {
      assertAnswers(model, tiny, ids(5), null);
    }
  }

  @Test
  void theOperatorsOutsideTheFastKernelsAreNamed() throws IOException {
    try (RawModel model = RawModel.open(new TinyModel().write(file()))) {
      assertThat(model.outsideFastKernels()).contains("EMBEDDING_LOOKUP").doesNotContain("MUL");
      assertThat(model.notes()).isEmpty();
    }
  }

  @Test
  void manyOperatorsThatComputeOutsideTheFastKernelsAreNoted() {
    List<String> lookUps = Collections.nCopies(40, "GATHER");
    List<String> products = Collections.nCopies(11, "BATCH_MATMUL");
    List<String> both = Stream.concat(lookUps.stream(), products.stream()).toList();

    assertThat(LiteRtKernels.slowNote(lookUps)).isEmpty();
    assertThat(LiteRtKernels.slowNote(both)).get().asString().contains("11", "BATCH_MATMUL");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, TinyModel.VOCABULARY, Integer.MAX_VALUE})
  void aTokenIdOutsideTheVocabularyIsAnErrorAndTheModelStaysUsable(int id) throws IOException {
    TinyModel tiny = new TinyModel();
    try (RawModel model = RawModel.open(tiny.write(file()))) {
      assertThatThrownBy(() -> model.run(new int[] {1, id}, null, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("vocabulary")
          .hasMessageContaining(file().toString());
      assertAnswers(model, tiny, ids(2), null);
    }
  }

  @Test
  void aGraphThatIsFixedToAnotherLengthInsideSaysSo() throws IOException {
    Path file = new TinyModel().lyingAboutItsLength().write(file());
    assertThatThrownBy(() -> RawModel.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("operator 1 (RESHAPE) makes [4] of ids32 I32[1, 1]")
        .hasMessageContaining("fixed to one number of tokens")
        .hasMessageContaining("--trust");
    try (RawModel model = RawModel.open(file, RuntimeOptions.defaults().withTrust(true))) {
      assertThatThrownBy(() -> model.run(ids(7), null, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("7 tokens")
          .hasMessageContaining("status 1");
    }
  }

  @Test
  void rowsThatAreNoneAreErrors() throws IOException {
    try (RawModel model = RawModel.open(new TinyModel().write(file()))) {
      assertThatThrownBy(() -> model.run(new int[0], null, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("there are no tokens");
      assertThatThrownBy(() -> model.run(ids(3), new int[] {1}, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("attention_mask has 1 numbers, input_ids 3");
    }
  }

  @Test
  void anInputThatNothingIsKnownOfIsRefused() throws IOException {
    Path file = new TinyModel().inputs("input_ids", "attention_mask", "position_ids").write(file());
    assertThatThrownBy(() -> RawModel.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nothing is known to put into input position_ids");
  }

  @Test
  void aMissingFileAndAFolderAreErrors() {
    assertThatThrownBy(() -> RawModel.open(folder.resolve("none.tflite")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no such file")
        .hasMessageContaining("none.tflite");
    assertThatThrownBy(() -> RawModel.open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("folder");
  }

  @Test
  void aFileOfAnotherKindIsAnError() throws IOException {
    for (String text : List.of("", "abc", "PK\3\4 this is a zip file", "{\"json\": true}")) {
      Files.writeString(file(), text);
      assertThatThrownBy(() -> RawModel.open(file()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(".tflite")
          .hasMessageContaining(file().toString());
    }
  }

  @Test
  void aTruncatedFileIsAnErrorAndNoCrash() throws IOException {
    byte[] whole = Files.readAllBytes(new TinyModel().write(file()));
    for (int length = 8; length < whole.length; length += 1 + whole.length / 50) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> RawModel.open(file())).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void randomBytesBehindTheIdentifierAreAnErrorAndNoCrash() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[8 + random.nextInt(2000)];
      random.nextBytes(bytes);
      System.arraycopy(new byte[] {'T', 'F', 'L', '3'}, 0, bytes, 4, 4);
      Files.write(file(), bytes);
      assertThatThrownBy(() -> RawModel.open(file())).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void anOperatorThatReadsWhatALaterOneMakesIsAnErrorAndNoCrash() throws IOException {
    Path file = new TinyModel().readingWhatComesLater().write(file());
    assertThatThrownBy(() -> RawModel.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("operator 1 (RESHAPE) reads a tensor that nothing before makes")
        .hasMessageContaining("attended");
  }

  @Test
  void flippedBitsInTheTablesAreAnErrorOrHarmlessAndNoCrash() throws IOException {
    byte[] whole = Files.readAllBytes(new TinyModel().write(file()));
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      byte[] flipped = whole.clone();
      int at =
          random.nextBoolean() ? random.nextInt(1000) : whole.length - 1 - random.nextInt(2000);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file(), flipped);
      try (RawModel model = RawModel.open(file())) {
        assertThat(model.run(ids(3), null, null)).isNotEmpty();
      } catch (LitegraftException refused) {
        assertThat(refused).hasMessageContaining(file().toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void manyThreadsGetTheAnswersOfOne(int interpreters) throws Exception {
    TinyModel tiny = new TinyModel();
    RuntimeOptions options =
        RuntimeOptions.defaults().withThreads(1).withInterpreters(interpreters);
    try (RawModel model = RawModel.open(tiny.write(file()), options)) {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int call = 0; call < 200; call++) {
        int[] ids = ids(1 + call % 40);
        calls.add(
            () -> {
              assertAnswers(model, tiny, ids, null);
              return true;
            });
      }
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isTrue();
      }
      threads.shutdown();
    }
  }

  @Test
  @Timeout(600)
  void moreThreadsThanCoresAnswerAsOne() throws IOException {
    TinyModel tiny = new TinyModel();
    int many = 4 * Runtime.getRuntime().availableProcessors() + 1;
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(many).withInterpreters(2);
    try (RawModel model = RawModel.open(tiny.write(file()), options)) {
      for (int length : new int[] {1, 7, 40}) {
        assertAnswers(model, tiny, ids(length), null);
      }
    }
    assertThatThrownBy(() -> RuntimeOptions.defaults().withThreads(257))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads must be 1 to 256, not 257");
  }

  @Test
  void closesOnceAndSaysSoAfterwards() throws IOException {
    RawModel model = RawModel.open(new TinyModel().write(file()));
    model.close();
    model.close();
    assertThatThrownBy(() -> model.run(ids(2), null, null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("this model is closed: " + file());
  }

  @Test
  void closingWaitsForTheCallsThatAreUnderWay() throws Exception {
    TinyModel tiny = new TinyModel();
    RawModel model = RawModel.open(tiny.write(file()));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Boolean>> calls = new ArrayList<>();
    for (int call = 0; call < 100; call++) {
      calls.add(
          threads.submit(
              () -> {
                try {
                  assertAnswers(model, tiny, ids(100), null);
                  return true;
                } catch (IllegalStateException closed) {
                  return false;
                }
              }));
    }
    calls.get(0).get();
    model.close();
    for (Future<Boolean> call : calls) {
      call.get();
    }
    threads.shutdown();
    assertThat(calls.get(0).get()).isTrue();
  }

  private static int[] ids(int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (i * 37 + 11) % TinyModel.VOCABULARY;
    }
    return ids;
  }

  private static void assertAnswers(
      RawModel model, TinyModel tiny, int[] ids, int @Nullable [] mask) {
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    float[] expected = tiny.logits(ids, mask == null ? ones : mask);
    RawOutput answer = model.answer(ids, mask, null);
    assertThat(answer.shape()).containsExactly(1, expected.length);
    assertThat(answer.values()).containsExactly(expected, within(ROUNDING));
  }
}
