package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens on the way, a file is whole in its place, or it is not there. */
class HubTransferTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path cache;
  private StubHub hub;
  private byte[] bytes;

  @BeforeEach
  void start() throws IOException {
    hub = StubHub.ofUsualModel();
    bytes = hub.stored(WEIGHTS).bytes();
  }

  @AfterEach
  void noTokenWasSeenByTheCdn() {
    hub.close();
    assertThat(hub.leaks).isEmpty();
  }

  private Path blobs() {
    return cache.resolve("models--org--model/blobs");
  }

  private Path partial() {
    return blobs().resolve(hub.stored(WEIGHTS).hash() + CacheFolder.PARTIAL);
  }

  private List<String> ofCdn() {
    return hub.requests.stream().filter(r -> r.contains("Signature=")).toList();
  }

  private void assertWhole(Path folder) throws IOException {
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(bytes);
    assertThat(partial()).doesNotExist();
  }

  private void assertNothing(HubException fault) throws IOException {
    assertThat(fault.reason()).isEqualTo(Reason.DAMAGED);
    assertThat(HubModelTest.names(cache))
        .noneMatch(name -> name.contains(hub.stored(WEIGHTS).hash()))
        .noneMatch(name -> name.endsWith(WEIGHTS));
    assertThat(cache.resolve("models--org--model/refs")).doesNotExist();
  }

  @Test
  void afterACutAtEveryTenthItGoesOnFromThere() throws IOException {
    ModelFiles files = hub.model(cache).look();
    for (int i = 0; i < 9; i++) {
      hub.cuts.add(30_000L);
    }
    assertWhole(files.fetch());
    assertThat(ofCdn()).hasSize(10).first().asString().doesNotContain("bytes=");
    for (int i = 1; i < 10; i++) {
      assertThat(ofCdn().get(i)).endsWith("bytes=" + 30_000 * i + "-");
    }
  }

  @Test
  void aCutBeforeTheFirstByteIsNoEnd() throws IOException {
    ModelFiles files = hub.model(cache).look();
    hub.cuts.addAll(List.of(0L, 0L, 1L, 0L, 0L, 0L, 299_998L));
    assertWhole(files.fetch());
  }

  @Test
  void cutsWithoutEndAreTold() throws IOException {
    ModelFiles files = hub.model(cache).look();
    hub.cuts.add(100_000L);
    for (int i = 0; i < 9; i++) {
      hub.cuts.add(0L);
    }
    HubException fault = catchThrowableOfType(HubException.class, files::fetch);
    assertThat(fault.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(fault.what()).startsWith("the connection broke off again and again");
    assertThat(partial()).hasSize(100_000);
    hub.cuts.clear();
    hub.requests.clear();
    assertWhole(hub.model(cache).look().fetch());
    assertThat(ofCdn()).hasSize(1).first().asString().endsWith("bytes=100000-");
  }

  @Test
  void aServerThatKnowsNoPartsSendsTheWholeAgain() throws IOException {
    hub.ignoresRanges = true;
    ModelFiles files = hub.model(cache).look();
    hub.cuts.addAll(List.of(100_000L, 200_000L));
    assertWhole(files.fetch());
    assertThat(ofCdn()).hasSize(3);
  }

  @Test
  void whatAnotherRunLeftIsOnlyTakenIfItFits() throws IOException {
    ModelFiles files = hub.model(cache).look();
    Files.write(partial(), StubHub.noise(250_000, 9));
    assertWhole(files.fetch());
    assertThat(ofCdn()).hasSize(2);
  }

  @Test
  void whatIsLongerThanTheFileIsNotTaken() throws IOException {
    ModelFiles files = hub.model(cache).look();
    Files.write(partial(), StubHub.noise(300_001, 9));
    assertWhole(files.fetch());
    assertThat(ofCdn()).hasSize(1);
  }

  @Test
  void whatIsWholeAlreadyIsNotAskedFor() throws IOException {
    ModelFiles files = hub.model(cache).look();
    Files.write(partial(), bytes);
    assertWhole(files.fetch());
    assertThat(ofCdn()).isEmpty();
  }

  @Test
  void anIncompleteFileOfPythonsIsLeftAlone() throws IOException {
    ModelFiles files = hub.model(cache).look();
    Path theirs = blobs().resolve(hub.stored(WEIGHTS).hash() + ".1a2b3c4d.incomplete");
    Files.write(theirs, new byte[] {1, 2, 3});
    assertWhole(files.fetch());
    assertThat(theirs).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void anotherHashLeavesNothing() throws IOException {
    ModelFiles files = hub.model(cache).look();
    byte[] other = bytes.clone();
    other[200_000] ^= 1;
    hub.servedInstead.put(WEIGHTS, other);
    HubException fault = catchThrowableOfType(HubException.class, files::fetch);
    assertNothing(fault);
    assertThat(fault.what())
        .contains("where the listing says SHA-256 " + hub.stored(WEIGHTS).hash());
  }

  @Test
  void anotherHashOfASmallFileLeavesNothing() throws IOException {
    hub.servedInstead.put(
        "config.json",
        "{\"architectures\": [\"Evil\"]}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    HubException fault = catchThrowableOfType(HubException.class, () -> hub.model(cache).look());
    assertNothing(fault);
    assertThat(HubModelTest.names(cache)).noneMatch(name -> name.endsWith("/config.json"));
  }

  @Test
  void anotherLengthLeavesNothing() throws IOException {
    for (int length : new int[] {0, 299_999, 300_001, 3_000_000}) {
      hub.servedInstead.put(WEIGHTS, Arrays.copyOf(bytes, length));
      HubException fault =
          catchThrowableOfType(HubException.class, () -> hub.model(cache).look().fetch());
      assertNothing(fault);
    }
  }

  @Test
  void whatTheHubSaysOfAFileMustBeWhatItListed() throws IOException {
    for (Map.Entry<String, String> said :
        Map.of(
                "X-Linked-Size",
                "17",
                "X-Linked-Etag",
                "\"" + "0".repeat(64) + "\"",
                "X-Repo-Commit",
                "0".repeat(40))
            .entrySet()) {
      ModelFiles files = hub.model(cache).look();
      Map<String, String> headers = new HashMap<>(Map.of(said.getKey(), said.getValue()));
      headers.put("Location", hub.cdnAddress() + "/" + hub.stored(WEIGHTS).hash());
      hub.refuse("/org/model/resolve/", 1, 302, headers);
      hub.requests.clear();
      HubException fault = catchThrowableOfType(HubException.class, files::fetch);
      assertNothing(fault);
      assertThat(hub.requests).hasSize(1);
    }
  }

  @Test
  void anAddressThatIsNotValidAnyMoreIsSaid() throws IOException {
    ModelFiles files = hub.model(cache).look();
    hub.refuse("cdn:/", 1, 403, Map.of());
    HubException fault = catchThrowableOfType(HubException.class, files::fetch);
    assertThat(fault.what()).isEqualTo("the server that has the file's bytes answered 403");
  }

  @Test
  void anAnswerThatStopsComingIsGivenUp() throws IOException {
    Map<String, String> environment = new HashMap<>(hub.environment(cache));
    environment.put("HF_HUB_DOWNLOAD_TIMEOUT", "1");
    ModelFiles files =
        HubModel.of(new ModelName(hub.id), HubSettings.of(environment))
            .withPause(
                time -> {
                  if (!ofCdn().isEmpty()) { // And not of an answer that a busy machine made wait.
                    hub.blockPause = 0;
                  }
                })
            .look();
    hub.blockPause = 2500;
    assertWhole(files.fetch());
    assertThat(ofCdn()).hasSizeGreaterThan(1);
  }
}
