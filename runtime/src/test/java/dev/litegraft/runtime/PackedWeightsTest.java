package dev.litegraft.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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
        Objects.requireNonNull(PackedWeights.of(packed, model, FileStamp.of(model)))) {
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
  void ofAnotherRuntimeOrProcessorTheyHaveAnotherName() {
    assertThat(PackedFolder.key("a", "2.21.0\nflags: avx2"))
        .isNotEqualTo(PackedFolder.key("a", "2.21.0\nflags: avx512f"))
        .isNotEqualTo(PackedFolder.key("a", "2.22.0\nflags: avx2"))
        .isNotEqualTo(PackedFolder.key("b", "2.21.0\nflags: avx2"));
  }

  @Test
  void aFolderThatIsNoneLeavesThemInMemory() throws IOException {
    Path file = Files.writeString(folder.resolve("a file"), "");
    for (Path path : List.of(file, file.resolve("below"), Path.of("/proc/packed"))) {
      PackedFolder none = new PackedFolder(path, 0, 1 << 30, Duration.ZERO);
      assertThat(answer(opening(OPTIONS, none), model)).isEqualTo(answerOfOne);
    }
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path full = Path.of("/dev/full"); // Refuses every byte.
    answer(opening(), model);
    try (FileChannel kept = FileChannel.open(files(".packed").get(0));
        FileChannel disk = FileChannel.open(full, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> PackedFolder.sum("0123", kept, disk))
          .isInstanceOf(IOException.class);
      FileChannel closed = FileChannel.open(files(".packed").get(0));
      closed.close();
      assertThatThrownBy(() -> packed.keep("0123", closed)).isInstanceOf(IOException.class);
    }
    assertThat(files("")).hasSize(2);
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
    assertThat(PackedWeights.of(none, model, FileStamp.of(model))).isNull();
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

  @Test
  void whatWasUsedTheLongestAgoGoes() throws IOException {
    PackedFolder small = new PackedFolder(packed.path(), 0, 250, Duration.ZERO);
    assertThat(small.isUsable(200)).isTrue();
    assertThat(small.isUsable(300)).isFalse();
    Path numbers = Files.write(folder.resolve("numbers"), new byte[100]);
    for (String key : List.of("a", "b", "c")) {
      try (FileChannel kept = FileChannel.open(numbers)) {
        small.keep(key.repeat(32), kept);
      }
      for (Path file : files(".packed")) {
        FileTime earlier =
            FileTime.from(Files.getLastModifiedTime(file).toInstant().minusSeconds(9));
        Files.setLastModifiedTime(file, earlier);
      }
      if (key.equals("b")) {
        Objects.requireNonNull(small.find("a".repeat(32)).orElse(null)).close(); // Used again.
      }
    }
    assertThat(files(".packed"))
        .extracting(file -> file.getFileName().toString().charAt(0))
        .containsExactly('a', 'c');
  }

  private Path aged(String name, Duration age) throws IOException {
    Path file = Files.writeString(packed.path().resolve(name), "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  @Test
  void whatNobodyFinishedGoes() throws IOException {
    PackedFolder usual =
        new PackedFolder(packed.path(), 0, 1 << 20, Duration.ofSeconds(2)); // As it is by default.
    assertThat(usual.isUsable(0)).isTrue();
    Path killed = aged(UUID.randomUUID() + ".begun", Duration.ofSeconds(30));
    Path old = aged(UUID.randomUUID() + ".begun", Duration.ofHours(2));
    Path ofLater =
        aged(UUID.randomUUID() + ".begun", Duration.ofHours(-2)); // The clock was set back.
    Path forgotten = aged("0".repeat(64) + ".seen", Duration.ofDays(91));
    Path just = aged(UUID.randomUUID() + ".begun", Duration.ZERO);
    Path seen = aged("1".repeat(64) + ".seen", Duration.ofDays(1));
    Path written = aged(UUID.randomUUID() + ".begun", Duration.ofSeconds(30));
    Path numbers = Files.write(folder.resolve("numbers"), new byte[100]);
    try (FileChannel packing = FileChannel.open(written, StandardOpenOption.WRITE);
        FileChannel kept = FileChannel.open(numbers)) {
      assertThat(packing.tryLock()).isNotNull();
      usual.keep("a".repeat(32), kept);
    }
    assertThat(List.of(killed, old, ofLater, forgotten)).allMatch(Files::notExists);
    assertThat(List.of(just, seen, written)).allMatch(Files::exists);
  }

  @Test
  void filesOfAUsersOwnStay() throws IOException {
    PackedFolder small = new PackedFolder(packed.path(), 0, 250, Duration.ZERO);
    assertThat(small.isUsable(0)).isTrue();
    String key = "a".repeat(32);
    List<Path> own =
        List.of(
            aged("thesis.begun", Duration.ofHours(2)),
            aged(UUID.randomUUID() + "-2.begun", Duration.ofHours(2)),
            aged("places.seen", Duration.ofDays(100)),
            aged(key + "-holiday.packed", Duration.ofDays(100)),
            aged("holiday.packed", Duration.ofDays(100)));
    Files.write(own.get(4), new byte[1000]);
    Path numbers = Files.write(folder.resolve("numbers"), new byte[100]);
    try (FileChannel kept = FileChannel.open(numbers)) {
      small.keep(key, kept);
      Objects.requireNonNull(small.find(key).orElse(null)).close();
      assertThat(small.find("b".repeat(32))).isEmpty();
    }
    assertThat(own).allMatch(Files::exists);
    assertThat(files("")).hasSize(6);
  }

  @Test
  void aFolderThatIsThereKeepsItsMode() throws IOException {
    Path open = Files.createDirectory(packed.path());
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
        .isEqualTo("rwxrwxr-x");
    assertThat(files("")).isEmpty(); // Others could put something there.
  }

  @Test
  void whereFilesCannotBeLockedTheyAreKept() throws IOException {
    packed =
        new PackedFolder(
            packed.path(),
            0,
            1 << 30,
            Duration.ZERO,
            file -> {
              throw new IOException("No locks available");
            });
    assertThat(answer(opening(), model)).isEqualTo(answerOfOne);
    assertThat(isFound()).isTrue();
  }

  @Test
  void whatThisProcessIsWritingIsLeftAlone() throws IOException {
    Path numbers = Files.write(folder.resolve("numbers"), new byte[100]);
    assertThat(packed.isUsable(0)).isTrue();
    AtomicInteger locked = new AtomicInteger();
    PackedFolder other =
        new PackedFolder(
            packed.path(),
            0,
            1 << 30,
            Duration.ZERO,
            file -> {
              locked.incrementAndGet();
              return file.tryLock();
            });
    PackedFolder slow =
        new PackedFolder(
            packed.path(),
            0,
            1 << 30,
            Duration.ZERO,
            file -> {
              Path begun = files(".begun").get(0);
              FileTime earlier = FileTime.from(Instant.now().minusSeconds(30));
              Files.setLastModifiedTime(begun, earlier);
              try (FileChannel kept = FileChannel.open(numbers)) {
                other.keep("b".repeat(32), kept); // Looks for what nobody finished.
              }
              return file.tryLock();
            });
    try (FileChannel kept = FileChannel.open(numbers)) {
      slow.keep("a".repeat(32), kept);
    }
    assertThat(locked).as("its own file alone").hasValue(1);
    assertThat(files(".packed")).hasSize(2);
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
