package dev.litegraft.checkpoint.pickle;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;

/** What one program's pickles may speak of, and what it means there. */
interface PickleDialect {
  /** Whether the pickle may name this; every other name ends the reading. */
  boolean knows(PickleName name);

  /** Why a pickle with a name that is not known is refused. */
  default InvalidCheckpointException refusal(PickleName name, PickleInput in) {
    return new InvalidCheckpointException(
        "the file wants Python to run code: it names "
            + PickleReader.shown(name.full())
            + ", which no file of weights needs; nothing of it was run",
        in.where(),
        "do not load the file in Python either; take the model's weights as safetensors, from whom"
            + " you trust");
  }

  /** What stands for the result of a call, which is not made. */
  default Object called(PickleName name, PickleTuple arguments, PickleInput in) {
    return new PickleCall(name, arguments);
  }

  /**
   * What stands for an object that its program keeps beside the pickle.
   *
   * @param id what the pickle calls it
   */
  default Object kept(Object id, PickleInput in) {
    throw in.invalid("the pickle refers to an object beside it, which such a file has not");
  }

  /**
   * What stands for the result of a call once its state is set.
   *
   * @param in stands behind the instruction; some programs have raw numbers there
   */
  default Object set(PickleCall call, PickleInput in) throws IOException {
    return call;
  }
}
