package dev.litegraft.model;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.graph.GraphException;
import java.util.function.Supplier;

/**
 * Sizes of a config that no family expects together are the folder's fault. Families name those
 * that people get wrong; for all others, what a forward pass stumbles over is told as what it is.
 */
final class Fit {
  private Fit() {}

  /**
   * Does what a config's sizes decide.
   *
   * @throws InvalidCheckpointException if they do not fit together; its cause says where in the
   *     code
   */
  static <T> T required(HfConfig config, Supplier<T> pass) {
    try {
      return pass.get();
    } catch (GraphException
        | IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      String what = e instanceof GraphException g ? g.what() + ", in " + g.where() : e.getMessage();
      InvalidCheckpointException fault =
          new InvalidCheckpointException(
              "the sizes of the config do not fit together: " + what,
              config.where(),
              "compare it with the model's original config.json; if transformers runs this folder,"
                  + " report it with what --debug prints");
      fault.initCause(e);
      throw fault;
    }
  }
}
