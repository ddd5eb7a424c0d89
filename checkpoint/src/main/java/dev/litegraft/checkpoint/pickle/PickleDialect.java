package dev.litegraft.checkpoint.pickle;

import java.io.IOException;

/** What one program's pickles may speak of, and what it means there. */
interface PickleDialect {
  /** Whether the pickle may name this; every other name ends the reading. */
  boolean knows(PickleName name);

  /** What such pickles are of, for messages: {@code weights}. */
  String content();

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
