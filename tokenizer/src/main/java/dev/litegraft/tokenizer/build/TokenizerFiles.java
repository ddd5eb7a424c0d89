package dev.litegraft.tokenizer.build;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The small files of a model's folder that say which tokenizer it has, by their names; any may be
 * absent. Those that are asked for are {@link #NAMES}; others are passed over.
 */
public final class TokenizerFiles {
  /** The names of the files that are read. */
  public static final List<String> NAMES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "config.json",
          "config_sentence_transformers.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt",
          "spiece.model",
          "sentencepiece.bpe.model",
          "tokenizer.model",
          "spm.model");

  private final Map<String, byte[]> files;
  private final String where;

  private TokenizerFiles(Map<String, byte[]> files, String where) {
    this.files = new TreeMap<>(files);
    this.where = where;
  }

  /**
   * The files of a folder.
   *
   * @param files name to content; the arrays must not be changed any more
   * @param where the folder, for messages
   */
  public static TokenizerFiles of(Map<String, byte[]> files, String where) {
    return new TokenizerFiles(files, where);
  }

  /** The content of a file. */
  public Optional<byte[]> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** Whether there is such a file. */
  public boolean has(String name) {
    return files.containsKey(name);
  }

  /** The folder, or a file of it, for messages. */
  public String where(String name) {
    return name.isEmpty() ? where : where + "/" + name;
  }

  /** Whether there is a vocabulary: {@code tokenizer.json} or a file that one can be made of. */
  public boolean holdTokenizer() {
    return NAMES.stream()
        .anyMatch(
            name ->
                has(name)
                    && (name.equals("tokenizer.json")
                        || name.startsWith("vocab.")
                        || name.endsWith(".model")));
  }
}
