package dev.litegraft.architecture;

/** The distribution from which a family draws the weights of a new classification head. */
public enum HeadInitializer {
  /** Normal numbers, whose deviation config.json says. */
  NORMAL,
  /** Normal numbers of deviation 1/√d, cut off at twice that. */
  TRUNCATED
}
