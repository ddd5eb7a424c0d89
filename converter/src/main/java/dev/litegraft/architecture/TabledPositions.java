package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;

/**
 * A decoder whose positions have a table, which ends somewhere and does not know a row's length.
 */
interface TabledPositions extends Decoder {
  @Override
  default boolean readsTheLength(HfConfig config) {
    return false;
  }

  @Override
  default boolean readsBeyond(HfConfig config) {
    return false;
  }
}
