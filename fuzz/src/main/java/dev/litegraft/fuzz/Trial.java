package dev.litegraft.fuzz;

import java.io.IOException;
import java.nio.file.Path;

/** Damages something good, hands it to Litegraft, and says in a line what came of it. */
interface Trial {
  /** What a verdict begins with where all is well. */
  String REFUSED = "refused";

  /** See {@link #REFUSED}. */
  String ANSWERED = "answered";

  /** The same base and seed give the same damage. */
  String verdict(Path base, long seed) throws IOException;

  /** What was damaged last, into a folder, to look at. */
  void keep(Path folder) throws IOException;
}
