package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The release of transformers that wrote a config.json. A few keys changed their meaning without
 * changing their name; a checkpoint means what it meant to the release that saved it.
 *
 * @param major 4 of 4.52.0
 * @param minor 52 of 4.52.0
 */
record TransformersVersion(int major, int minor) {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");
  private static final TransformersVersion NEWEST =
      new TransformersVersion(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** What {@code transformers_version} says; the newest where it says nothing. */
  static TransformersVersion of(HfConfig config) {
    Matcher m = VERSION.matcher(config.text("transformers_version", ""));
    return m.matches()
        ? new TransformersVersion(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)))
        : NEWEST;
  }

  /** Whether the release is older than {@code major.minor}; its development versions are not. */
  boolean isBefore(int otherMajor, int otherMinor) {
    return major < otherMajor || (major == otherMajor && minor < otherMinor);
  }
}
