package dev.litegraft.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Downloads a model in a process of its own, which may be killed: ENDPOINT CACHE NAME. */
final class DownloadProcess {
  private DownloadProcess() {}

  public static void main(String[] args) throws IOException {
    HubSettings settings = HubSettings.of(Map.of("HF_ENDPOINT", args[0], "HF_HUB_CACHE", args[1]));
    HubModel.of(new ModelName(args[2]), settings).look().fetch();
  }

  /** Starts one. */
  static Process start(StubHub hub, Path cache, Path log) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DownloadProcess.class.getName(),
            hub.address(),
            cache.toString(),
            hub.id)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
