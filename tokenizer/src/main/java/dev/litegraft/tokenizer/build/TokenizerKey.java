package dev.litegraft.tokenizer.build;

/**
 * A key of one of the tokenizer's JSON files, and what became of it.
 *
 * @param file the file's name
 * @param key the key
 * @param use what became of it
 */
public record TokenizerKey(String file, String key, Use use) {
  /** What became of a key. */
  public enum Use {
    /** It was read and has its effect. */
    READ,
    /** It cannot change the ids of a text. */
    HARMLESS,
    /** Nothing is known of it. */
    UNKNOWN
  }
}
