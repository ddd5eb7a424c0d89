package dev.litegraft.web;

import dev.litegraft.client.Client;
import dev.litegraft.client.Obstacle;
import dev.litegraft.client.Suitability;
import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.Shell;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A folder with a page that runs one {@code .tflite} in a browser.
 *
 * <p>The page classifies, tags, compares, orders or answers, whichever the file is for. What it
 * does with texts are the classes of {@code dev.litegraft.runtime}, compiled; the graph runs in
 * LiteRT.js.
 */
public final class WebPage {
  /** The model's name in the folder. */
  static final String MODEL = "model.tflite";

  /** Says which files the folder has: it is how a folder is known to be one of these. */
  static final String INDEX = "page.json";

  private static final String CHECKS = "check.json";
  private static final String WORKER = "sw.js";
  private static final String TEXT_SIDE = "text.js";
  private static final List<String> PLAIN =
      List.of(
          "index.html",
          "style.css",
          "words.js",
          "app.js",
          "worker.js",
          "icon.svg",
          "README.md",
          "NOTICE",
          "LICENSE");

  private final Path folder;
  private final Map<String, Long> sizes;

  private WebPage(Path folder, Map<String, Long> sizes) {
    this.folder = folder;
    this.sizes = Map.copyOf(sizes);
  }

  /**
   * Writes a page. What stood in the folder is replaced whole, if it was a page, and else nothing
   * is touched.
   *
   * @param file a {@code .tflite} that LiteRT.js runs, with its tokenizer inside
   * @param folder is made, or empty, or an older page
   * @param npm where npm installed LiteRT.js
   * @throws InvalidFileException if the file is not of this project, or a browser does not run it
   * @throws InvalidInputException if the runtime is not there or of another version, or the folder
   *     has other files in it
   */
  public static WebPage write(Path file, Path folder, Path npm, RuntimeOptions options)
      throws IOException {
    requireFit(file);
    PageFolder place = PageFolder.at(folder);
    place.requireOutside(file, "the file");
    place.requireOutside(npm, "the runtime");
    Map<String, byte[]> runtime = NpmRuntime.files(npm);
    try (PageFolder.Draft draft = place.draft()) {
      Files.copy(file, draft.path(MODEL));
      Map<String, byte[]> files = new TreeMap<>(runtime);
      for (String name : PLAIN) {
        files.put(name, resource("files/" + name));
      }
      files.put(TEXT_SIDE, resource("page/" + TEXT_SIDE));
      String sha256 = Sha256.of(draft.path(MODEL));
      files.put(CHECKS, utf8(PageChecks.of(draft.path(MODEL), sha256, options)));
      Map<String, Long> sizes = new TreeMap<>();
      sizes.put(MODEL, Files.size(draft.path(MODEL)));
      StringBuilder hashes = new StringBuilder(sha256);
      files.forEach(
          (name, bytes) -> {
            sizes.put(name, (long) bytes.length);
            hashes.append(name).append(Sha256.of(bytes));
          });
      String version = Sha256.of(utf8(hashes.toString())).substring(0, 16);
      files.put(INDEX, utf8(index(version, sizes)));
      files.put(
          WORKER,
          utf8(
              new String(resource("files/" + WORKER), StandardCharsets.UTF_8)
                  .replace("@version@", version)
                  .replace("@files@", kept(sizes))));
      for (Map.Entry<String, byte[]> one : files.entrySet()) {
        draft.write(one.getKey(), one.getValue());
        sizes.put(one.getKey(), (long) one.getValue().length);
      }
      draft.finish();
      return new WebPage(place.path(), sizes);
    }
  }

  private static void requireFit(Path file) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      Optional<ModelFacts> facts = reader.facts();
      if (facts.isEmpty()) {
        throw new InvalidFileException(
            "the file says nothing of itself: a page finds neither tokenizer nor labels in it",
            file.toString(),
            "convert the model's own folder: litegraft convert DIR -o FILE --for web");
      }
      Suitability fit = Client.WEB.suitability(reader);
      if (!fit.runs()) {
        throw new InvalidFileException(
            Client.WEB.version()
                + " does not run the file: "
                + fit.obstacles().stream().map(Obstacle::what).collect(Collectors.joining("; ")),
            file.toString(),
            "convert it for browsers: litegraft convert DIR -o FILE "
                + fit.obstacles().stream()
                    .map(Obstacle::remedy)
                    .distinct()
                    .collect(Collectors.joining(" ")));
      }
    } catch (InvalidRequestException e) {
      throw InvalidFileException.of(e);
    }
  }

  private static String index(String version, Map<String, Long> sizes) {
    return sizes.entrySet().stream()
        .map(one -> "    \"" + one.getKey() + "\": " + one.getValue())
        .collect(
            Collectors.joining(
                ",\n", "{\n  \"version\": \"" + version + "\",\n  \"sizes\": {\n", "\n  }\n}\n"));
  }

  private static String kept(Map<String, Long> sizes) {
    List<String> names =
        new java.util.ArrayList<>(
            sizes.keySet().stream()
                .filter(name -> name.matches(".*\\.(js|wasm|json|css|svg|tflite)"))
                .map(name -> "\"" + name + "\"")
                .toList());
    names.add("\"" + INDEX + "\"");
    return "[" + String.join(", ", names) + "]";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = WebPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            name + " is missing beside " + WebPage.class.getName() + ": build the module web");
      }
      return in.readAllBytes();
    }
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** How many bytes each file has, by its path in the folder. */
  public Map<String, Long> sizes() {
    return sizes;
  }

  /** How a command line writes its folder. */
  @Override
  public String toString() {
    return Shell.word(folder.toString());
  }
}
