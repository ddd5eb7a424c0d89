package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way out that an error of reading or converting a folder names is gone, with the command
 * line: it ends at a file or at another, true error, and the folder that was there stays as it is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowedAdviceTest {
  private static final String TOKENIZERS_OF_FOLDERS =
      "tokenizer/src/main/java/dev/litegraft/tokenizer/build";

  @TempDir Path temporary = Path.of("");
  private final Map<WayOut, String> remedies = new HashMap<>();
  private int runs;

  private Path copied(WayOut way, String name) throws IOException {
    Path root = temporary.resolve(name + ++runs);
    if (way.from().toString().endsWith(".zip")) {
      try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(way.from()))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          if (!entry.isDirectory()) {
            Path file = root.resolve(entry.getName());
            Files.createDirectories(file.getParent());
            Files.write(file, zip.readAllBytes());
          }
        }
      }
      return root.resolve("model");
    }
    return FolderCopy.of(way.from(), root.resolve("model"));
  }

  /** {@code model} of the folder of a way, or what stands beside it. */
  private static Path part(WayOut way, Path model) {
    return way.part().isEmpty() ? model : model.resolveSibling(way.part());
  }

  private CommandRun convert(Path folder, List<String> options) {
    List<String> words = new ArrayList<>(List.of("convert", folder.toString(), "--no-verify"));
    for (String option : options) {
      words.add(
          option.startsWith("@")
              ? folder.resolve(option.substring(1)).normalize().toString()
              : option);
    }
    if (!options.contains("-o")) {
      words.addAll(List.of("-o", folder.resolveSibling("out.tflite").toString()));
    }
    return CommandRun.of(words.toArray(String[]::new));
  }

  /** The remedy of a way's error. */
  private String remedy(WayOut way) {
    return remedies.computeIfAbsent(
        way,
        w -> {
          try {
            Path model = copied(w, "faulty");
            w.fault().on(model);
            Map<String, Long> before = contents(model);
            CommandRun run = convert(part(w, model), w.asked());
            assertThat(run.exitCode()).as(w + "\n" + run.err() + run.out()).isIn(2, 3);
            assertThat(contents(model)).isEqualTo(before);
            return run.err().replaceAll("(?s).*\ntry: *", "").strip();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static Map<String, Long> contents(Path folder) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(
            file.toString(), Files.size(file) * 31 + Files.getLastModifiedTime(file).toMillis());
      }
    }
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("dev.litegraft.cli.WaysOut#all")
  void anErrorsWayOutLeadsOn(WayOut way) throws IOException {
    String advice = remedy(way);
    assertThat(advice).contains(way.advice());
    Path model = copied(way, "copy");
    way.fault().on(model);
    way.mend().on(model);
    // Whoever follows an advice that names the base model's folder converts that.
    boolean ofBase = way.part().equals("adapter");
    CommandRun run = convert(model, ofBase ? List.of("--adapter", "@../adapter") : way.instead());
    if (way.further().isEmpty()) {
      assertThat(run.exitCode()).as(run.err()).isZero();
    } else {
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.INPUT);
      assertThat(run.err()).contains(way.further());
      assertThat(run.err()).doesNotContain(advice);
    }
  }

  /**
   * Advice in the sources that is no error's of a folder: notes, warnings, a config without its
   * folder, what to report, and what a client cannot address (ClientsTest).
   */
  private static final Pattern NO_ERROR =
      Pattern.compile(
          "copy the (file|tokenizer.s files) from where|from_pretrained.FOLDER|give the model token ids"
              + "|add \"architectures\"|--debug prints|--as chooses otherwise|--pooling chooses another|--max-length takes|--task chooses one"
              + "|each further one of --length|check it against recorded answers|embed --prompt|set pad_token_id in config.json"
              + "|correct pad_token_id|name them by id2label|--reranker is|^--|only --|LiteRT-LM 0.17.1 cuts a text|a smaller --recipe");

  /** An option, a copy to make, a command: what can be followed to the letter. */
  private static final Pattern FOLLOWED =
      Pattern.compile("--[a-z]+|copy of the|`litegraft|python -c|another folder|make them with");

  @Test
  void everyWayOutInTheSourcesIsGone() throws IOException {
    List<String> said = WaysOut.all().map(this::remedy).toList();
    List<String> open = new ArrayList<>();
    // Of tokenizer.json alone RemedyTest of its module follows them.
    for (String module : List.of("checkpoint", "converter", TOKENIZERS_OF_FOLDERS)) {
      Path sources = Path.of("..", module);
      Path java =
          Files.isDirectory(sources.resolve("src")) ? sources.resolve("src/main/java") : sources;
      try (Stream<Path> files = Files.walk(java)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          for (String literal : literals(Files.readString(file))) {
            boolean followed = said.stream().anyMatch(remedy -> remedy.contains(literal));
            if (!followed) {
              open.add(file.getFileName() + ": " + literal);
            }
          }
        }
      }
    }
    assertThat(open).isEmpty();
  }

  /** What no tokenizer.json can hold is a note: the file takes ids. */
  @Test
  void whoHasNoTokenizerGivesTheFileIds() throws IOException {
    Path model = copied(WayOut.golden("bert-seqcls", FolderEdit.none()), "words");
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertJapaneseTokenizer\", \"word_tokenizer_type\": \"mecab\"}");
    Files.writeString(model.resolve("vocab.txt"), "[PAD]\n[UNK]\n");
    CommandRun run = convert(model, List.of());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out() + run.err())
        .contains("MeCab", "tokenize with transformers", "litegraft run FILE --input rows.jsonl");
    Path rows = Files.writeString(model.resolve("rows.jsonl"), "{\"input_ids\": [2, 5, 3]}\n");
    CommandRun followed =
        CommandRun.of(
            "run", model.resolveSibling("out.tflite").toString(), "--input", rows.toString());
    assertThat(followed.exitCode()).as(followed.err()).isZero();
    assertThat(followed.out()).contains("logits");
  }

  /** The strings of a source that tell somebody to do something, joined over lines. */
  private static List<String> literals(String source) {
    String joined =
        source.replaceAll("(?m)^\\s*(//|\\*|/\\*).*$", "").replaceAll("\"\\s*\\+\\s*\"", "");
    return Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"")
        .matcher(joined)
        .results()
        .map(found -> found.group(1).replace("\\\"", "\""))
        .filter(text -> text.contains(" "))
        .filter(text -> FOLLOWED.matcher(text).find() && !NO_ERROR.matcher(text).find())
        .toList();
  }
}
