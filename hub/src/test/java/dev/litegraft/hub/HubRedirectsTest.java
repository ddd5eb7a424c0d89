package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the Hub sends on is followed for a file's bytes, without the token, and not in the open.
 */
class HubRedirectsTest {
  private static final String API = "/api/models/org/model/revision/";
  private static final String FILE = "/org/model/resolve/";

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

  private HubException fault() {
    return catchThrowableOfType(HubException.class, () -> hub.model(cache).look().fetch());
  }

  @Test
  void aModelThatWasRenamedIsFoundAndItsNewNameSaid() throws IOException {
    hub.refuse("/api/models/old/name/", 1, 307, Map.of("Location", API + "main?blobs=true"));
    for (String name : hub.files.keySet()) {
      hub.refuse(
          "/old/name/resolve/" + StubHub.COMMIT + "/" + name,
          1,
          307,
          Map.of("Location", FILE + StubHub.COMMIT + "/" + name));
    }
    HubModel model = HubModel.of(new ModelName("old/name"), HubSettings.of(hub.environment(cache)));
    ModelFiles files = model.look();
    assertThat(files.renamed()).contains("org/model");
    Path folder = files.fetch();
    assertThat(folder.toString()).contains("models--old--name");
    assertThat(HubModelTest.names(folder)).contains("model.safetensors");
    assertThat(hub.tokens).hasSize(hub.tokens.size()).containsOnly("Bearer " + StubHub.TOKEN);
  }

  @Test
  void aRedirectOnTheHubItselfKeepsTheToken() throws IOException {
    hub.asksForToken = true;
    hub.refuse(
        FILE + StubHub.COMMIT + "/config.json",
        1,
        307,
        Map.of("Location", FILE + StubHub.COMMIT + "/config.json?cached"));
    hub.model(cache).look().fetch();
  }

  @Test
  void theListingComesFromTheHubAlone() {
    hub.refuse(API, 1, 307, Map.of("Location", hub.cdnAddress() + "/api/models/org/model"));
    HubException fault = fault();
    assertThat(fault.reason()).isEqualTo(Reason.REFUSED);
    assertThat(fault.what()).contains("sends on to another server");
    assertThat(hub.requests).hasSize(1);
  }

  @Test
  void bytesInTheOpenAreRefused() {
    hub.refuse(FILE, 1, 302, Map.of("Location", "http://cdn.example.org/file?Signature=x"));
    HubException fault = fault();
    assertThat(fault.what())
        .isEqualTo(
            "the file's bytes are said to be at http://cdn.example.org/file, which is not encrypted");
  }

  @Test
  void otherSchemesAreRefused() {
    for (String location : new String[] {"file:///etc/passwd", "ftp://x/y", "jar:file:/x", "::"}) {
      hub.refuse(FILE, 1, 302, Map.of("Location", location));
      assertThat(fault().reason()).isEqualTo(Reason.REFUSED);
    }
  }

  @Test
  void aCircleHasAnEnd() {
    hub.refuse(API, 99, 307, Map.of("Location", API + "main"));
    assertThat(fault().what()).isEqualTo("the Hub sends on in a circle");
    assertThat(hub.requests).hasSize(6);
  }

  @Test
  void anEndpointInTheOpenSeesNoToken() {
    Endpoint open = Endpoint.of("http://mirror.example.org/");
    assertThat(open.isPrivate()).isFalse();
    assertThat(Endpoint.of("http://127.0.0.1:80").isPrivate()).isTrue();
    assertThat(Endpoint.of("").isPrivate()).isTrue();
    assertThat(Endpoint.of("http://localhost.example.org").isPrivate()).isFalse();
  }

  @Test
  void anEncryptedEndpointSendsOnToEncryptedOnesOnly() {
    Endpoint endpoint = Endpoint.of("https://mirror.example.org/hub/");
    URI file = endpoint.file(new ModelName("a/b"), StubHub.COMMIT, "x y/ä.json");
    assertThat(file)
        .hasToString(
            "https://mirror.example.org/hub/a/b/resolve/" + StubHub.COMMIT + "/x%20y/%C3%A4.json");
    assertThat(endpoint.next(file, "https://cdn.example.org/1?s=2", true))
        .hasToString("https://cdn.example.org/1?s=2");
    for (String location :
        new String[] {
          "http://cdn.example.org/1",
          "http://mirror.example.org/hub/1",
          "http://localhost/1",
          "https://user:word@cdn.example.org/1"
        }) {
      assertThat(
              catchThrowableOfType(HubException.class, () -> endpoint.next(file, location, true)))
          .as(location)
          .isNotNull();
    }
    assertThat(endpoint.isOwn(URI.create("https://MIRROR.example.org:443/x"))).isTrue();
    assertThat(endpoint.isOwn(URI.create("https://mirror.example.org:8443/x"))).isFalse();
  }

  @Test
  void anAddressOfNoServerIsRefused() {
    for (String text : new String[] {"huggingface.co", "ftp://x", "https://u:p@x", "https://x?y"}) {
      HubException fault = catchThrowableOfType(HubException.class, () -> Endpoint.of(text));
      assertThat(fault.where()).isEqualTo("HF_ENDPOINT");
    }
  }
}
