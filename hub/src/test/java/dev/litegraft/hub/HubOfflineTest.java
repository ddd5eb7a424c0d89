package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without the network the cache serves what is whole, and says what it lacks. */
class HubOfflineTest {
  @TempDir Path cache;
  private StubHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = StubHub.ofUsualModel();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubModel offline() {
    Map<String, String> environment = new HashMap<>(hub.environment(cache));
    environment.put("HF_HUB_OFFLINE", "1");
    return HubModel.of(new ModelName(hub.id), HubSettings.of(environment)).withPause(time -> {});
  }

  private Path snapshot() {
    return cache.resolve("models--org--model/snapshots").resolve(StubHub.COMMIT);
  }

  @Test
  void aWholeCacheIsEnough() throws IOException {
    hub.model(cache).look().fetch();
    hub.requests.clear();
    ModelFiles files = offline().look();
    assertThat(files.fetch()).isEqualTo(snapshot());
    assertThat(files.note()).isEmpty();
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void anEmptyCacheIsSaid() {
    HubException fault = catchThrowableOfType(HubException.class, () -> offline().look());
    assertThat(fault.reason()).isEqualTo(Reason.OFFLINE);
    assertThat(fault.what())
        .isEqualTo(
            "the cache does not have org/model (main), and HF_HUB_OFFLINE forbids to ask the Hub");
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void weightsThatAreNotThereAreNamed() throws IOException {
    hub.model(cache).look().fetch();
    Files.delete(snapshot().resolve("model.safetensors").toRealPath());
    HubException fault = catchThrowableOfType(HubException.class, () -> offline().look().fetch());
    assertThat(fault.reason()).isEqualTo(Reason.OFFLINE);
    assertThat(fault.what()).startsWith("the cache lacks model.safetensors of org/model");
  }

  @Test
  void aSmallFileThatIsNotThereIsNotReadAsAbsent() throws IOException {
    hub.model(cache).look().fetch();
    Files.delete(snapshot().resolve("tokenizer_config.json"));
    Files.delete(
        cache
            .resolve("models--org--model/blobs")
            .resolve(hub.stored("tokenizer_config.json").hash()));
    HubException fault = catchThrowableOfType(HubException.class, () -> offline().look());
    assertThat(fault.what()).contains("tokenizer_config.json");
  }

  @Test
  void whereTheHubIsAwayTheCacheServesAndSaysSo() throws IOException {
    hub.model(cache).look().fetch();
    hub.close();
    ModelFiles files = hub.model(cache).look();
    assertThat(files.fetch()).isEqualTo(snapshot());
    assertThat(files.note())
        .contains("the Hub cannot be reached: the cache's commit " + StubHub.COMMIT + " is used");
  }

  @Test
  void aRefusalIsNoReasonToTakeWhatIsOld() throws IOException {
    hub.model(cache).look().fetch();
    hub.refuse("/api/", 1, 403, Map.of("X-Error-Code", "GatedRepo"));
    assertThat(catchThrowableOfType(HubException.class, () -> hub.model(cache).look()).reason())
        .isEqualTo(Reason.GATED);
  }

  @Test
  void aFileThatSomebodyChangedIsNeitherUsedNorWrittenOver() throws IOException {
    hub.model(cache).look().fetch();
    Path config = snapshot().resolve("config.json");
    Files.delete(config);
    Files.writeString(config, "{\"architectures\": [\"BertForSequenceClassificatiox\"]}");
    for (HubModel model : new HubModel[] {offline(), hub.model(cache)}) {
      HubException fault = catchThrowableOfType(HubException.class, model::look);
      assertThat(fault.reason()).isEqualTo(Reason.DAMAGED);
      assertThat(fault.what()).startsWith("the file in the cache is not the Hub's");
      assertThat(fault.where()).isEqualTo(config.toString());
    }
    assertThat(config).content().contains("Classificatiox");
  }

  @Test
  void aListingOfPythonsSaysWhatIsMissing() throws IOException {
    hub.model(cache).look().fetch();
    Path home = cache.resolve("models--org--model");
    Path ours = home.resolve(".litegraft").resolve(StubHub.COMMIT + ".json");
    Files.createDirectories(home.resolve("trees"));
    Files.move(ours, home.resolve("trees").resolve(StubHub.COMMIT + ".json"));
    assertThat(offline().look().note()).isEmpty();
    Files.delete(snapshot().resolve("tokenizer.json").toRealPath());
    assertThat(catchThrowableOfType(HubException.class, () -> offline().look()).what())
        .contains("tokenizer.json");
  }

  @Test
  void withoutAListingTheSnapshotIsTakenAsItIs() throws IOException {
    hub.model(cache).look().fetch();
    Files.delete(cache.resolve("models--org--model/.litegraft/" + StubHub.COMMIT + ".json"));
    ModelFiles files = offline().look();
    assertThat(files.fetch()).isEqualTo(snapshot());
    assertThat(files.note().orElseThrow()).contains("the cache has no listing of");
    assertThat(files.count()).isEqualTo(4);
  }

  @Test
  void aDamagedBlobIsNoticedWithoutAListing() throws IOException {
    hub.model(cache).look().fetch();
    Files.delete(cache.resolve("models--org--model/.litegraft/" + StubHub.COMMIT + ".json"));
    Files.writeString(snapshot().resolve("tokenizer.json").toRealPath(), "{\"version\": \"2.0\"}");
    assertThat(catchThrowableOfType(HubException.class, () -> offline().look()).reason())
        .isEqualTo(Reason.DAMAGED);
  }
}
