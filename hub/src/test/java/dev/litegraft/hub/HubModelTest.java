package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model by its name comes into the cache, what is needed of it, once. */
class HubModelTest {
  @TempDir Path cache;
  private StubHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = StubHub.ofUsualModel();
  }

  @AfterEach
  void noTokenWasSeenByTheCdn() {
    hub.close();
    assertThat(hub.leaks).isEmpty();
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  private Path home() {
    return cache.resolve("models--org--model");
  }

  @Test
  void whatIsNeededComesAndNothingElse() throws IOException {
    Path folder = hub.model(cache).look().fetch();
    assertThat(folder).isEqualTo(home().resolve("snapshots").resolve(StubHub.COMMIT));
    assertThat(names(folder))
        .containsExactly(
            "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
    for (String name : names(folder)) {
      assertThat(folder.resolve(name)).hasBinaryContent(hub.stored(name).bytes());
    }
  }

  @Test
  void theLayoutIsThatOfPython() throws IOException {
    Path folder = hub.model(cache).look().fetch();
    Path link = folder.resolve("model.safetensors");
    String hash = hub.stored("model.safetensors").hash();
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../../blobs", hash));
    assertThat(home().resolve("refs/main")).hasContent(StubHub.COMMIT);
    assertThat(names(home().resolve("blobs")))
        .containsExactlyInAnyOrderElementsOf(
            names(folder).stream().map(name -> hub.stored(name).hash()).toList());
    assertThat(cache.resolve("CACHEDIR.TAG")).exists();
  }

  @Test
  void theTokenGoesToTheHubAlone() throws IOException {
    hub.asksForToken = true;
    hub.model(cache).look().fetch();
    assertThat(hub.tokens).containsOnly("Bearer " + StubHub.TOKEN).hasSizeGreaterThan(4);
    assertThat(hub.requests).anyMatch(r -> r.contains("Signature="));
  }

  @Test
  void nothingIsFetchedTwice() throws IOException {
    hub.model(cache).look().fetch();
    hub.requests.clear();
    ModelFiles again = hub.model(cache).look();
    assertThat(again.bytesMissing()).isZero();
    again.fetch();
    assertThat(hub.requests).hasSize(1).allMatch(r -> r.contains("/revision/main"));
  }

  @Test
  void aCommitThatIsKnownIsNotAskedFor() throws IOException {
    hub.model(cache).withRevision(StubHub.COMMIT).look().fetch();
    hub.requests.clear();
    hub.model(cache).withRevision(StubHub.COMMIT).look().fetch();
    assertThat(hub.requests).isEmpty();
    assertThat(home().resolve("refs")).doesNotExist();
  }

  @Test
  void theWeightsAreNotFetchedBeforeTheyAreAskedFor() throws IOException {
    ModelFiles files = hub.model(cache).look();
    assertThat(files.bytesMissing()).isEqualTo(300_000);
    assertThat(files.bytesLeftOut()).isEqualTo(710_000 + "# A model".length());
    assertThat(names(files.folder())).doesNotContain("model.safetensors");
    assertThat(hub.requests).noneMatch(r -> r.contains("Signature="));
  }

  @Test
  void aNewCommitTakesWhatStayedTheSame() throws IOException {
    hub.model(cache).look().fetch();
    String other = "f".repeat(40);
    hub.revisions.put("main", other);
    hub.with("config.json", "{\"architectures\": [\"Other\"]}");
    hub.requests.clear();
    Path folder = hub.model(cache).look().fetch();
    assertThat(folder.getFileName()).hasToString(other);
    assertThat(hub.downloads()).hasSize(1).allMatch(r -> r.contains("config.json"));
    assertThat(names(folder)).contains("model.safetensors");
    assertThat(home().resolve("refs/main")).hasContent(other);
  }

  @Test
  void aProposalIsReadOnlyWhereItIsAskedFor() throws IOException {
    String proposed = "e".repeat(40);
    hub.revisions.put("refs/pr/7", proposed);
    Path folder = hub.model(cache).withRevision("refs/pr/7").look().folder();
    assertThat(folder.getFileName()).hasToString(proposed);
    assertThat(hub.requests.get(0)).contains("/revision/refs%2Fpr%2F7?");
  }

  @Test
  void aMirrorThatListsNamesOnlyIsAskedPageByPage() throws IOException {
    hub.listsBlobs = false;
    Path folder = hub.model(cache).look().fetch();
    assertThat(names(folder)).contains("model.safetensors").hasSize(4);
    assertThat(hub.requests.stream().filter(r -> r.contains("/tree/"))).hasSize(3);
  }

  @Test
  void whereThereAreNoLinksTheSnapshotHoldsTheFiles() throws IOException {
    Map<String, String> environment = new HashMap<>(hub.environment(cache));
    environment.put("HF_HUB_DISABLE_SYMLINKS", "1");
    HubModel model =
        HubModel.of(new ModelName(hub.id), HubSettings.of(environment)).withPause(time -> {});
    hub.withLarge("tokenizer.json", hub.stored("model.safetensors").bytes());
    Path folder = model.look().fetch();
    for (String name : names(folder)) {
      assertThat(CacheFolder.isPlainFile(folder.resolve(name))).as(name).isTrue();
      assertThat(folder.resolve(name)).hasBinaryContent(hub.stored(name).bytes());
    }
    assertThat(names(home().resolve("blobs"))).isEmpty();
    hub.requests.clear();
    model.look().fetch();
    assertThat(hub.downloads()).isEmpty();
  }

  @Test
  void twoFilesOfTheSameBytesComeOnce() throws IOException {
    hub.with("special_tokens_map.json", "{}");
    Path folder = hub.model(cache).look().fetch();
    assertThat(folder.resolve("special_tokens_map.json")).hasContent("{}");
    assertThat(folder.resolve("tokenizer_config.json")).hasContent("{}");
    assertThat(hub.downloads()).hasSize(4);
  }

  @Test
  void anEmptyFileComes() throws IOException {
    hub.with("merges.txt", "");
    assertThat(hub.model(cache).look().fetch().resolve("merges.txt")).isEmptyFile();
  }

  @Test
  void progressReachesTheWhole() throws IOException {
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    ModelFiles files =
        hub.model(cache)
            .withListener(
                new HubListener() {
                  @Override
                  public void at(long done, long total) {
                    assertThat(done).isBetween(0L, total);
                    seen.add(done);
                  }

                  @Override
                  public void note(String text) {}
                })
            .look();
    assertThat(seen).isEmpty();
    files.fetch();
    assertThat(Collections.max(seen)).isEqualTo(files.bytes());
  }

  @Test
  void ofASubfolderItsOwnFilesCome() throws IOException {
    hub.with("small/config.json", "{}").withLarge("small/model.safetensors", StubHub.noise(9, 4));
    Path folder = hub.model(cache).withSubfolder("small/").look().fetch();
    assertThat(folder.endsWith("small")).isTrue();
    assertThat(names(folder)).containsExactly("config.json", "model.safetensors");
    assertThat(hub.downloads()).allMatch(r -> r.contains("/small/"));
  }

  @Test
  void aPreviewHasTheHeaderAndHoles() throws IOException {
    byte[] weights = new byte[2_000_000];
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[499984],\"data_offsets\":[0,1999936]}}";
    java.nio.ByteBuffer.wrap(weights)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putLong(56)
        .put((header + " ".repeat(56)).getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 56);
    weights[1_500_000] = 7;
    hub.withLarge("model.safetensors", weights);
    Path preview = Files.createDirectory(cache.resolve("preview"));
    assertThat(hub.model(cache).look().preview(preview)).isTrue();
    byte[] shown = Files.readAllBytes(preview.resolve("model.safetensors"));
    assertThat(shown).hasSize(weights.length).startsWith(java.util.Arrays.copyOf(weights, 64));
    assertThat(shown[1_500_000]).isZero();
    assertThat(preview.resolve("config.json")).exists();
    assertThat(hub.requests.stream().filter(r -> r.contains("Signature=")))
        .containsExactly(
            "GET /" + hub.stored("model.safetensors").hash() + "?Signature=secret bytes=0-262143");
  }

  @Test
  void namesThatLeadOutAreRefused() throws IOException {
    for (String name :
        List.of("../evil.json", "/etc/evil.json", "a/../../b.json", "a\\\\..\\\\b.json", "C:/x")) {
      hub.listedInstead.put(
          "README.md",
          "{\"rfilename\": \"" + name + "\", \"size\": 1, \"blobId\": \"" + "a".repeat(40) + "\"}");
      HubException fault = catchThrowableOfType(HubException.class, () -> hub.model(cache).look());
      assertThat(fault.reason()).isEqualTo(Reason.REFUSED);
      assertThat(fault.what()).contains("leads out of its folder");
    }
    assertThat(names(cache)).isEmpty();
  }

  @Test
  void aShardThatLeadsOutIsRefused() throws IOException {
    hub.files.remove("model.safetensors");
    hub.with("model.safetensors.index.json", "{\"weight_map\": {\"w\": \"../../refs/main\"}}");
    HubException fault = catchThrowableOfType(HubException.class, () -> hub.model(cache).look());
    assertThat(fault.what()).contains("../../refs/main");
  }
}
