package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.hub.CachedModel.Kind;
import dev.litegraft.hub.CachedModel.Unneeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache is listed, and of what is not needed nothing else goes. */
class HubCacheTest {
  private static final String NEWER = "f".repeat(40);

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

  private HubCache later() {
    return HubCache.of(cache, Instant.now().plus(Duration.ofDays(2)));
  }

  private void update() throws IOException {
    hub.model(cache).look().fetch();
    hub.revisions.put("main", NEWER);
    hub.with("config.json", "{\"architectures\": [\"Other\"]}");
    hub.model(cache).look().fetch();
  }

  @Test
  void aCacheThatIsNotThereIsEmpty() throws IOException {
    assertThat(HubCache.of(cache.resolve("none"), Instant.now()).models()).isEmpty();
  }

  @Test
  void whatIsNeededIsListedAndStays() throws IOException {
    hub.model(cache).look().fetch();
    Files.createDirectories(cache.resolve("datasets--org--data/blobs"));
    CachedModel model = later().models().get(0);
    assertThat(later().models()).hasSize(1);
    assertThat(model.name()).isEqualTo("org/model");
    assertThat(model.revisions()).hasSize(1);
    assertThat(model.revisions().get(0).refs()).containsExactly("main");
    assertThat(model.revisions().get(0).files()).isEqualTo(4);
    assertThat(model.revisions().get(0).bytes()).isBetween(300_000L, 301_000L);
    assertThat(model.unneeded()).isEmpty();
    assertThat(later().prune(model)).isZero();
    hub.requests.clear();
    hub.model(cache).look().fetch();
    assertThat(hub.downloads()).isEmpty();
  }

  @Test
  void aCommitThatItsBranchLeftBehindCanGo() throws IOException {
    update();
    CachedModel model = later().models().get(0);
    assertThat(model.revisions())
        .extracting(r -> r.commit())
        .containsExactly(NEWER, StubHub.COMMIT);
    long config = "{\"architectures\": [\"BertForSequenceClassification\"]}".length();
    assertThat(model.unneeded())
        .containsExactly(new Unneeded(Kind.OLD_COMMIT, StubHub.COMMIT, config));
    assertThat(later().prune(model)).isEqualTo(config);
    assertThat(later().models().get(0).revisions())
        .extracting(r -> r.commit())
        .containsExactly(NEWER);
    hub.requests.clear();
    hub.model(cache).look().fetch();
    assertThat(hub.downloads()).as("what both share stays").isEmpty();
  }

  @Test
  void aCommitThatWasAskedForByItsDigitsStays() throws IOException {
    hub.model(cache).withRevision(StubHub.COMMIT).look().fetch();
    assertThat(later().models().get(0).unneeded()).isEmpty();
  }

  @Test
  void aModelThatWasRefusedIsToldAndCanGo() throws IOException {
    hub.model(cache).look();
    CachedModel model = HubCache.of(cache, Instant.now()).models().get(0);
    assertThat(model.unneeded()).extracting(Unneeded::kind).containsExactly(Kind.WITHOUT_WEIGHTS);
    assertThat(model.unneeded().get(0).bytes()).isPositive();
    HubCache.of(cache, Instant.now()).prune(model);
    assertThat(HubCache.of(cache, Instant.now()).models().get(0).revisions()).isEmpty();
    hub.model(cache).look().fetch();
    assertThat(HubCache.of(cache, Instant.now()).models().get(0).unneeded()).isEmpty();
  }

  @Test
  void whatBrokeOffCanGoAfterADay() throws IOException {
    hub.model(cache).look().fetch();
    Path blobs = cache.resolve("models--org--model/blobs");
    String hash = "a".repeat(64);
    Files.writeString(blobs.resolve(hash + CacheFolder.PARTIAL), "12");
    Files.writeString(blobs.resolve(hash + ".1a2b3c4d.incomplete"), "123");
    Files.writeString(blobs.resolve(hash), "1234");
    Files.writeString(blobs.resolve("somebody's"), "12345");
    assertThat(HubCache.of(cache, Instant.now()).models().get(0).unneeded()).isEmpty();
    CachedModel model = later().models().get(0);
    assertThat(model.unneeded())
        .containsExactlyInAnyOrder(
            new Unneeded(Kind.CUT_OFF, hash + CacheFolder.PARTIAL, 2),
            new Unneeded(Kind.CUT_OFF, hash + ".1a2b3c4d.incomplete", 3),
            new Unneeded(Kind.LOOSE_BLOB, hash, 4));
    assertThat(later().prune(model)).isEqualTo(9);
    assertThat(HubModelTest.names(blobs)).hasSize(5).contains("somebody's");
  }

  @Test
  void whatIsNeededAgainMeanwhileStays() throws IOException {
    update();
    CachedModel model = later().models().get(0);
    hub.revisions.put("main", StubHub.COMMIT);
    hub.with("config.json", "{\"architectures\": [\"BertForSequenceClassification\"]}");
    hub.model(cache).look().fetch();
    assertThat(later().prune(model)).isZero();
    assertThat(later().models().get(0).revisions()).hasSize(2);
  }

  @Test
  void whatLinksLeadToOutsideStays() throws IOException {
    update();
    Path outside = Files.writeString(cache.resolve("mine.txt"), "mine");
    Path old = cache.resolve("models--org--model/snapshots").resolve(StubHub.COMMIT);
    Files.createSymbolicLink(old.resolve("folder"), cache);
    Files.delete(old.resolve("tokenizer.json"));
    Files.createSymbolicLink(old.resolve("tokenizer.json"), outside);
    later().prune(later().models().get(0));
    assertThat(old).doesNotExist();
    assertThat(outside).hasContent("mine");
    assertThat(List.of(NEWER)).allSatisfy(c -> assertThat(old.resolveSibling(c)).exists());
  }
}
