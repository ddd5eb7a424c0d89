package dev.litegraft.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * An error of a folder, the way out that it names, and what whoever reads it does.
 *
 * @param from the recorded folder
 * @param part the folder in it that is converted
 * @param fault what is done to it
 * @param asked options of convert; {@code @} begins a path in the folder
 * @param advice words of the remedy
 * @param mend what is done to a copy
 * @param instead options of convert then
 * @param further what the error says that is met then; empty for a file
 */
record WayOut(
    Path from,
    String part,
    FolderEdit fault,
    List<String> asked,
    String advice,
    FolderEdit mend,
    List<String> instead,
    String further) {
  static final Path GOLDEN =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");
  private static final Path RECORDED =
      Path.of("..", "lab", "src", "test", "resources", "conformance");
  private static final Path TASKS = Path.of("src", "test", "resources", "tasks");

  static WayOut golden(String name, FolderEdit fault) {
    return of(GOLDEN.resolve(name), "", fault);
  }

  /** A trained classifier, whose tokenizer is BERT's. */
  static WayOut example(FolderEdit fault) {
    return of(Path.of("..", "examples", "ko-movie-reviews-bert"), "", fault);
  }

  static WayOut task(String name, FolderEdit fault) {
    return of(TASKS.resolve(name).resolve("model"), "", fault);
  }

  static WayOut recorded(String name, FolderEdit fault) {
    return of(RECORDED.resolve(name + ".zip"), "model", fault);
  }

  private static WayOut of(Path from, String part, FolderEdit fault) {
    return new WayOut(from, part, fault, List.of(), "", FolderEdit.none(), List.of(), "");
  }

  WayOut asking(String... options) {
    return new WayOut(from, part, fault, List.of(options), advice, mend, List.of(options), further);
  }

  WayOut converting(String folder) {
    return new WayOut(from, folder, fault, asked, advice, mend, instead, further);
  }

  WayOut says(String words) {
    return new WayOut(from, part, fault, asked, words, mend, instead, further);
  }

  WayOut mended(FolderEdit step) {
    return new WayOut(from, part, fault, asked, advice, step, instead, further);
  }

  WayOut with(String... options) {
    return new WayOut(from, part, fault, asked, advice, mend, List.of(options), further);
  }

  WayOut meets(String words) {
    return new WayOut(from, part, fault, asked, advice, mend, instead, words);
  }

  @Override
  public String toString() {
    return from.getFileName() + ": " + advice;
  }
}
