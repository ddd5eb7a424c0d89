package dev.litegraft.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model's name on the Hub: {@code org/name}.
 *
 * @param id as it is written
 */
public record ModelName(String id) {
  /** Source: validate_repo_id of huggingface_hub. */
  private static final Pattern PART =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?");

  private static final int LONGEST = 96;
  private static final String SEPARATOR = "--";
  private static final String PREFIX = "models" + SEPARATOR;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is no such name; see {@link #find}
   */
  public ModelName {
    if (!isName(id)) {
      throw new IllegalArgumentException("not the name of a model: " + id);
    }
  }

  /**
   * The name that a text is. One word alone is none, although the Hub has models of such old names:
   * a folder that was mistyped is not asked for there.
   */
  public static Optional<ModelName> find(String text) {
    return isName(text) ? Optional.of(new ModelName(text)) : Optional.empty();
  }

  private static boolean isName(String text) {
    int slash = text.indexOf('/');
    return slash > 0
        && slash == text.lastIndexOf('/')
        && text.length() <= LONGEST
        && !text.contains(SEPARATOR)
        && !text.contains("..")
        && !text.endsWith(".git")
        && PART.matcher(text.substring(0, slash)).matches()
        && PART.matcher(text.substring(slash + 1)).matches();
  }

  /** Its folder in the cache: {@code models--org--name}. */
  String folder() {
    return PREFIX + id.replace("/", SEPARATOR);
  }

  /** The name of a folder in the cache, also of an old one of one word; empty for other folders. */
  static Optional<String> ofFolder(String folder) {
    return folder.startsWith(PREFIX) && folder.length() > PREFIX.length()
        ? Optional.of(folder.substring(PREFIX.length()).replace(SEPARATOR, "/"))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return id;
  }
}
