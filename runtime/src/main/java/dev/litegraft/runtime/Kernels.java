package dev.litegraft.runtime;

import java.util.List;
import java.util.Set;

/** What computes a graph, under a {@link RawModel}. May be called by several threads at once. */
interface Kernels extends AutoCloseable {
  /** The signatures that take a text: one at least. */
  List<TextSignature> signatures();

  /** What runs outside of the fast kernels, one an operator; empty where that is not known. */
  List<String> outside();

  /** As {@link RawModel#notes}. */
  List<String> notes();

  /** The outputs for a row that is as long as the signature takes. */
  RawModel.Timed<List<RawOutput>> run(TextSignature signature, FilledRow row);

  /** The values of these names that the graph computes for a row. */
  List<RawOutput> values(TextSignature signature, FilledRow row, Set<String> names);

  /** {@link #run} by the built-in kernels. */
  List<RawOutput> runOfBuiltIn(TextSignature signature, FilledRow row);

  /** The ways of many rows. */
  Lanes lanes();

  @Override
  void close();
}
