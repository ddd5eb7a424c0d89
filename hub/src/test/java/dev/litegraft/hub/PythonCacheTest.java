package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Caches that Python's huggingface_hub wrote are read. They were recorded by {@code
 * hub/src/test/python/share_cache.py}, which also tries the other way.
 */
class PythonCacheTest {
  @TempDir Path cache;

  private void lay(String version) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            PythonCacheTest.class.getResourceAsStream("/python-cache/hub-" + version + ".json"))) {
      Object recorded = HubJson.parse(in.readAllBytes());
      assertThat(HubJson.text(HubJson.at(recorded, "origin"))).endsWith(" " + version);
      for (Object entry : (List<?>) Objects.requireNonNull(HubJson.at(recorded, "entries"))) {
        Path path = cache.resolve(HubJson.text(HubJson.at(entry, "path")));
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        String link = HubJson.text(HubJson.at(entry, "link"));
        if (link.isEmpty()) {
          Files.write(path, Base64.getDecoder().decode(HubJson.text(HubJson.at(entry, "base64"))));
        } else {
          Files.createSymbolicLink(path, Path.of(link));
        }
      }
    }
  }

  private HubModel offline() {
    return HubModel.of(
        new ModelName("org/model"),
        HubSettings.of(Map.of("HF_HUB_CACHE", cache.toString(), "HF_HUB_OFFLINE", "1")));
  }

  private Path snapshot() {
    return cache.resolve("models--org--model/snapshots").resolve(StubHub.COMMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.33.0", "2.0.0"})
  void itServesWithoutTheNetwork(String version) throws IOException {
    lay(version);
    ModelFiles files = offline().look();
    assertThat(files.fetch()).isEqualTo(snapshot());
    assertThat(files.note()).as("Python kept the listing").isEmpty();
    assertThat(files.names())
        .containsExactly(
            "config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors");
    Files.delete(snapshot().resolve("tokenizer_config.json"));
    Files.delete(
        cache.resolve("models--org--model/blobs/0967ef424bce6791893e9a57bb952f80fd536e93"));
    assertThat(catchThrowableOfType(HubException.class, () -> offline().look()).reason())
        .isEqualTo(Reason.OFFLINE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.33.0", "2.0.0"})
  void withTheNetworkNothingIsDownloadedAgain(String version) throws IOException {
    lay(version);
    List<String> before = HubModelTest.names(cache);
    try (StubHub hub = new StubHub("org/model")) {
      for (String name : HubModelTest.names(snapshot())) {
        byte[] bytes = Files.readAllBytes(snapshot().resolve(name));
        hub.files.put(name, new StubFile(bytes, name.endsWith(".safetensors")));
      }
      assertThat(hub.model(cache).look().fetch()).isEqualTo(snapshot());
      assertThat(hub.downloads()).isEmpty();
    }
    assertThat(HubModelTest.names(cache)).containsAll(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.33.0", "2.0.0"})
  void itIsListedAndAllOfItIsNeeded(String version) throws IOException {
    lay(version);
    Map<String, Integer> files = new HashMap<>();
    for (CachedModel model : HubCache.of(cache, Instant.now().plus(Duration.ofDays(2))).models()) {
      assertThat(model.unneeded()).isEmpty();
      model.revisions().forEach(r -> files.put(model.name() + r.refs(), r.files()));
    }
    assertThat(files).containsExactly(Map.entry("org/model[main]", 5));
  }
}
