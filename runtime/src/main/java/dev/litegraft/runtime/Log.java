package dev.litegraft.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where messages go; found when there is one, because looking for who writes them takes a twentieth
 * of a second of a fresh process.
 */
final class Log {
  /** Of models. */
  static final Logger MODELS = LoggerFactory.getLogger(RawModel.class);

  /** Of the native library. */
  static final Logger NATIVES = LoggerFactory.getLogger(LiteRt.class);

  private Log() {}
}
