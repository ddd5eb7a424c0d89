package dev.litegraft.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two models of the same structure, one of which has other weights. */
@EnabledOnOs(OS.LINUX)
class PackedWeightsTest {
  private static final int[] IDS = {2, 15, 77, 301, 44, 9, 1200, 3};
  private static final RuntimeOptions OPTIONS = RuntimeOptions.defaults().withThreads(1);

  private static Path one = Path.of("");
  private static Path other = Path.of("");
  private static float[] answerOfOne = {};
  private static float[] answerOfOther = {};

  @TempDir Path folder;
  private Path model = Path.of("");
  private PackedFolder packed = PackedFolder.of(Path.of(""));

  @BeforeAll
  static void convert(@TempDir Path files) throws IOException {
    Path example = Path.of("..", "examples", "ko-movie-reviews-bert");
    one = converted(example, files.resolve("one.tflite"));
    Path turned = Files.createDirectories(files.resolve("turned"));
    try (Stream<Path> all = Files.list(example)) {
      for (Path file : all.toList()) {
        Files.copy(file, turned.resolve(file.getFileName()));
      }
    }
    // The sign of each weight in the last third.
    Path weights = turned.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    for (int i = bytes.length - 1; i > bytes.length * 2 / 3; i -= 2) {
      bytes[i] ^= (byte) 0x80;
    }
    Files.write(weights, bytes);
    other = converted(turned, files.resolve("other.tflite"));
    assertThat(Files.size(other)).isEqualTo(Files.size(one));
    answerOfOne = answer(new ModelOpening(OPTIONS, false), one);
    answerOfOther = answer(new ModelOpening(OPTIONS, false), other);
    assertThat(answerOfOther).isNotEqualTo(answerOfOne);
    assertThat(XnnpackDelegate.isAvailable()).isTrue();
  }

  private static Path converted(Path checkpoint, Path file) throws IOException {
    Converter.of(checkpoint)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.DYNAMIC_WI8_AFP32))
        .convert(file);
    return file;
  }

  @BeforeEach
  void layOut() throws IOException {
    model = folder.resolve("model.tflite");
    Files.copy(one, model);
    packed = new PackedFolder(folder.resolve("packed"), 0, 1 << 30, Duration.ZERO);
  }

  private static float[] answer(ModelOpening opening, Path file) throws IOException {
    try (RawModel raw = opening.open(file)) {
      return raw.answer(IDS, null, null).values();
    }
  }

  private ModelOpening opening() {
    return opening(OPTIONS, packed);
  }

  private static ModelOpening opening(RuntimeOptions options, PackedFolder kept) {
    return new ModelOpening(options, false, Optional.of(kept));
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(packed.path())) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private boolean isFound() throws IOException {
    try (PackedWeights weights =
        PackedWeights.search(packed, model, FileStamp.of(model)).weights().orElseThrow()) {
      return weights.isFound();
    }
  }

  @Test
  void theSecondOpeningFindsWhatTheFirstPackedAndAnswersTheSame() throws IOException {
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(files(".packed")).hasSize(1);
    assertThat(isFound()).isTrue();
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(files("")).hasSize(2); // One that is packed, one hash that is remembered.
  }

  @Test
  void inMemoryAndMappedFilesShareThem() throws IOException {
    answer(opening(OPTIONS.withInMemory(true), packed), model);
    Path kept = files(".packed").get(0);
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(files(".packed")).containsExactly(kept);
  }

  @Test
  void whatIsPackedDoesNotDependOnThreads() throws IOException {
    assertThat(answer(opening(OPTIONS.withThreads(2), packed), model)).isEqualTo(answerOfOne);
    List<Path> ofTwo = files("");
    PackedFolder others = new PackedFolder(folder.resolve("others"), 0, 1 << 30, Duration.ZERO);
    answer(opening(OPTIONS, others), model);
    for (Path file : ofTwo) {
      // The sum of what is in it is in the name.
      assertThat(others.path().resolve(file.getFileName())).exists();
    }
  }

  @Test
  void aFileThatWasReplacedAnswersWithItsOwnWeights() throws IOException {
    answer(opening(), model);
    FileTime before = Files.getLastModifiedTime(model);
    Files.copy(other, folder.resolve("new"));
    Files.move(folder.resolve("new"), model, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(model, before);
    assertThat(isFound()).isFalse();
    assertThat(answer(opening(), model)).isEqualTo(answerOfOther);
    assertThat(answer(opening(), model)).isEqualTo(answerOfOther);
    // Written in place: the inode, the size and the time of the bytes stay.
    Files.write(model, Files.readAllBytes(one));
    Files.setLastModifiedTime(model, before);
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(files(".packed")).hasSize(2);
  }

  @Test
  void packedWeightsOfAnotherModelThatArePlantedAreNotUsed() throws IOException {
    answer(opening(), model);
    Path ofOne = files(".packed").get(0);
    byte[] bytesOfOne = Files.readAllBytes(ofOne);
    Files.delete(ofOne);
    Files.copy(other, model, StandardCopyOption.REPLACE_EXISTING);
    answer(opening(), model);
    Path ofOther = files(".packed").get(0);
    // Both have the same structure, by which alone the kernels would know them.
    assertThat(Files.size(ofOther)).isEqualTo(bytesOfOne.length);
    Files.write(ofOther, bytesOfOne);
    assertThat(answer(opening(), model)).isEqualTo(answerOfOther);
    // Under a name whose sum is right for the other model.
    String sum = ofOne.toString().substring(ofOne.toString().lastIndexOf('-'));
    String key = ofOther.toString().substring(0, ofOther.toString().lastIndexOf('-'));
    Files.delete(ofOther);
    Files.write(Path.of(key + sum), bytesOfOne);
    assertThat(answer(opening(), model)).isEqualTo(answerOfOther);
    assertThat(Path.of(key + sum)).doesNotExist();
  }

  @Test
  void whatIsCutOrDamagedIsMadeAnew() throws IOException {
    answer(opening(), model);
    Path kept = files(".packed").get(0);
    try (RandomAccessFile file = new RandomAccessFile(kept.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    try (RandomAccessFile file = new RandomAccessFile(kept.toFile(), "rw")) {
      file.seek(file.length() / 2);
      file.write(77);
    }
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(files(".packed")).containsExactly(kept);
    Files.write(kept, new byte[0]);
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(isFound()).isTrue();
  }

  @Test
  void aFolderThatIsNoneLeavesThemInMemory() throws IOException {
    Path file = Files.writeString(folder.resolve("a file"), "");
    for (Path path : List.of(file, file.resolve("below"), Path.of("/proc/packed"))) {
      PackedFolder none = new PackedFolder(path, 0, 1 << 30, Duration.ZERO);
      assertThat(answer(opening(OPTIONS, none), model)).isEqualTo(answerOfOne);
    }
  }

  /** Answers with packed weights of a folder, and prints the logits. */
  static final class Another {
    private Another() {}

    public static void main(String[] args) throws IOException {
      PackedFolder shared = new PackedFolder(Path.of(args[0]), 0, 1 << 30, Duration.ZERO);
      System.out.println(Arrays.toString(answer(opening(OPTIONS, shared), Path.of(args[1]))));
    }
  }

  @Test
  void twoProcessesShareAFolder() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Another.class.getName(),
                  packed.path().toString(),
                  model.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
    for (Process process : processes) {
      byte[] printed = process.getInputStream().readAllBytes();
      assertThat(process.waitFor()).isZero();
      assertThat(new String(printed, StandardCharsets.UTF_8).strip())
          .isEqualTo(Arrays.toString(answerOfOne));
    }
    assertThat(files(".packed")).hasSize(1);
    assertThat(files(".begun")).isEmpty();
    assertThat(isFound()).isTrue();
  }

  @Test
  void aFolderThatCannotBeWrittenToLeavesThemInMemory() throws IOException {
    Path readOnly = Path.of("/proc/self"); // Nobody writes there, not even root.
    assertThat(readOnly).isDirectory();
    PackedFolder none = new PackedFolder(readOnly, 0, 1 << 30, Duration.ZERO);
    PackedWeights.Search search = PackedWeights.search(none, model, FileStamp.of(model));
    assertThat(search.weights()).isEmpty();
    assertThat(search.note()).get().asString().contains("are not kept in /proc/self: ");
    assertThat(answer(opening(OPTIONS, none), model)).isEqualTo(answerOfOne);
  }

  @Test
  void severalSignaturesReadTheSame() throws IOException {
    Path several = folder.resolve("several.tflite");
    Converter.of(Path.of("..", "examples", "ko-movie-reviews-bert"))
        .withOptions(ConversionOptions.defaults().withBatch(2))
        .convert(several);
    try (RawModel both = opening().open(several);
        RawModel single = opening().open(model)) {
      TokenRow row = TokenRow.of(IDS);
      assertThat(both.answer(row).values()).isEqualTo(answerOfOne);
      assertThat(both.answers(List.of(row, row)).get(1).values()).isEqualTo(answerOfOne);
      assertThat(single.answer(row).values()).isEqualTo(answerOfOne);
    }
    List<Path> kept = files(".packed");
    assertThat(kept).hasSize(2);
    long larger = Math.max(Files.size(kept.get(0)), Files.size(kept.get(1)));
    long smaller = Math.min(Files.size(kept.get(0)), Files.size(kept.get(1)));
    assertThat(larger).isLessThan(smaller + smaller / 10);
  }

  @Test
  void twoThatPackAtOnceDoNotMeet() throws IOException {
    List<RawModel> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      models.add(opening(OPTIONS.withInterpreters(2), packed).open(model));
    }
    for (RawModel raw : models) {
      assertThat(raw.answer(IDS, null, null).values()).isEqualTo(answerOfOne);
    }
    for (RawModel raw : models) {
      raw.close();
    }
    assertThat(files(".packed")).hasSize(1);
    assertThat(files(".begun")).isEmpty();
  }

  @Test
  void furtherInterpretersReadWhatTheFirstPacked() throws IOException {
    try (RawModel raw = opening(OPTIONS.withThreads(2), packed).open(model)) {
      raw.lanes()
          .singles() // Before the first answer.
          .with(
              single -> {
                assertThat(
                        single
                            .run(
                                single.signatures().get(0),
                                FilledRow.of(TokenRow.of(IDS, null, null)))
                            .get(0)
                            .values())
                    .isEqualTo(answerOfOne);
                return single;
              });
      assertThat(raw.answer(IDS, null, null).values()).isEqualTo(answerOfOne);
    }
    assertThat(files(".packed")).hasSize(1);
  }

  @Test
  void aFileThatChangesBeforeItsFirstAnswerIsNotKept() throws IOException {
    try (RawModel raw = opening().open(model)) {
      Files.setLastModifiedTime(model, FileTime.from(Instant.now().minusSeconds(5)));
      assertThat(raw.answer(IDS, null, null).values()).isEqualTo(answerOfOne);
    }
    assertThat(files("")).isEmpty();
  }

  @Test
  void ofAFileThatIsJustWrittenNothingIsKept() throws IOException {
    PackedFolder usual = new PackedFolder(packed.path(), 0, 1 << 30, Duration.ofDays(1));
    assertThat(answer(opening(OPTIONS, usual), model)).isEqualTo(answerOfOne);
    assertThat(files("")).isEmpty();
  }

  @Test
  void withoutAnAnswerNothingIsLeft() throws IOException {
    opening().open(model).close();
    assertThat(files("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxr-x", "rwxrwxrwx"})
  void aFolderThatOthersMayWriteToIsNotUsedWhichIsToldAndKeepsItsMode(String mode)
      throws IOException {
    Path open = Files.createDirectory(packed.path());
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
    try (RawModel raw = opening().open(model)) {
      assertThat(raw.notes())
          .singleElement()
          .asString()
          .startsWith("packed weights are not kept in " + open + ": others may write to " + open);
      assertThat(raw.answer(IDS, null, null).values()).isEqualTo(answerOfOne);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open))).isEqualTo(mode);
    assertThat(files("")).isEmpty();
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (RawModel raw = opening().open(model)) {
      assertThat(raw.notes()).isEmpty();
    }
  }

  @Test
  void aDamagedHashIsComputedAgain() throws IOException {
    answer(opening(), model);
    Path seen = files(".seen").get(0);
    byte[] right = Files.readAllBytes(seen);
    String stamp = FileStamp.of(model).line();
    for (byte[] damage :
        List.of(new byte[] {(byte) 0xff, (byte) 0xfe}, (stamp + "\nnone\n").getBytes(UTF_8))) {
      Files.write(seen, damage);
      assertThat(isFound()).isFalse();
      assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
      assertThat(seen).hasBinaryContent(right);
      assertThat(isFound()).isTrue();
    }
  }

  @Test
  void smallModelsArePackedInMemory() throws IOException {
    assertThat(answer(opening(OPTIONS, PackedFolder.of(packed.path())), model))
        .isEqualTo(answerOfOne);
    assertThat(packed.path()).doesNotExist();
  }
}
