package dev.litegraft.benchmarks.peers;

import dev.litegraft.Version;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.RuntimeVersion;
import java.io.IOException;
import java.nio.file.Path;

/** A file of this project in the runtime. */
final class LitegraftEngine implements RowEngine {
  private final RawModel model;

  LitegraftEngine(Path file, int threads) throws IOException {
    model = RawModel.open(file, RuntimeOptions.defaults().withThreads(threads));
  }

  @Override
  public String version() {
    return "Litegraft " + Version.text() + " (" + RuntimeVersion.text() + ")";
  }

  @Override
  public float[] answer(int[] ids) {
    return model.answer(ids, null, null).values();
  }

  @Override
  public void close() {
    model.close();
  }
}
