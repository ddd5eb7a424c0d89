package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment means what it means to huggingface_hub. */
class HubSettingsTest {
  @TempDir Path home;

  private static HubSettings of(String... pairs) {
    Map<String, String> variables = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return HubSettings.of(variables);
  }

  @Test
  void theCacheIsWhereTheVariablesSay() {
    assertThat(of("HOME", "/u").cache()).isEqualTo(Path.of("/u/.cache/huggingface/hub"));
    assertThat(of("HOME", "/u", "XDG_CACHE_HOME", "/x").cache())
        .isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(of("HOME", "/u", "XDG_CACHE_HOME", "/x", "HF_HOME", "/h").cache())
        .isEqualTo(Path.of("/h/hub"));
    assertThat(of("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/l").cache()).isEqualTo(Path.of("/l"));
    assertThat(of("HUGGINGFACE_HUB_CACHE", "/l", "HF_HUB_CACHE", "/c").cache())
        .isEqualTo(Path.of("/c"));
    assertThat(of("HOME", "/u", "HF_HOME", "~/hf").cache()).isEqualTo(Path.of("/u/hf/hub"));
    assertThat(of("D", "/d", "HF_HUB_CACHE", "$D/${E}/x").cache()).isEqualTo(Path.of("/d/${E}/x"));
  }

  @Test
  void theTokenIsTheFirstThatIsSaid() throws IOException {
    Path hf = Files.createDirectories(home.resolve("hf"));
    assertThat(of("HF_HOME", hf.toString()).token()).isEmpty();
    Files.writeString(hf.resolve("token"), "hf_home\n");
    assertThat(secret(of("HF_HOME", hf.toString()))).isEqualTo("hf_home");
    Path other = Files.writeString(home.resolve("other"), "  hf_path \n");
    assertThat(secret(of("HF_HOME", hf.toString(), "HF_TOKEN_PATH", other.toString())))
        .isEqualTo("hf_path");
    HubSettings variable = of("HF_HOME", hf.toString(), "HF_TOKEN", "hf_variable");
    assertThat(secret(variable)).isEqualTo("hf_variable");
    assertThat(secret(variable.withTokenFile(other))).isEqualTo("hf_path");
    assertThat(of("HF_TOKEN", "x", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token()).isEmpty();
    assertThat(variable.token().orElseThrow()).asString().isEqualTo("the token of HF_TOKEN");
  }

  private static String secret(HubSettings settings) throws IOException {
    return settings.token().orElseThrow().secret();
  }

  @Test
  void aTokenThatCouldEndAHeaderIsNone() throws IOException {
    HubException fault =
        catchThrowableOfType(HubException.class, () -> of("HF_TOKEN", "a b").token());
    assertThat(fault.getMessage()).doesNotContain("a b");
    assertThat(secret(of("HF_TOKEN", "ab\r\n"))).isEqualTo("ab");
    Path empty = Files.createFile(home.resolve("empty"));
    assertThat(
            catchThrowableOfType(HubException.class, () -> of().withTokenFile(empty).token())
                .what())
        .isEqualTo("the file holds no token");
    assertThat(catchThrowableOfType(HubException.class, () -> of().withTokenFile(home).token()))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "on", "YES", "True"})
  void offlineIsSaidInSeveralWays(String yes) {
    assertThat(of("HF_HUB_OFFLINE", yes).offline()).isTrue();
    assertThat(of("TRANSFORMERS_OFFLINE", yes).offline()).isTrue();
    assertThat(of("HF_HUB_DISABLE_SYMLINKS", yes).links()).isFalse();
  }

  @Test
  void otherwiseTheNetworkAndLinksAreUsed() {
    assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    assertThat(of().offline()).isFalse();
    assertThat(of().links()).isTrue();
    assertThat(of().timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(of("HF_HUB_DOWNLOAD_TIMEOUT", "60").timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(of("HF_HUB_DOWNLOAD_TIMEOUT", "x").timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(of().endpoint()).isEqualTo(Endpoint.of("https://huggingface.co"));
    assertThat(of("HF_ENDPOINT", "https://m.example.org//").endpoint().page("a"))
        .isEqualTo("https://m.example.org/a");
  }

  @Test
  void proxiesAreThoseOfTheEnvironment() {
    HubSettings settings =
        of("HTTPS_PROXY", "http://proxy.example.org:3128", "no_proxy", "near.org, .far.org");
    assertThat(proxy(settings, "https://huggingface.co/x"))
        .isEqualTo(InetSocketAddress.createUnresolved("proxy.example.org", 3128));
    for (String direct :
        new String[] {
          "https://near.org",
          "https://a.near.org",
          "https://b.far.org",
          "https://localhost",
          "https://127.0.0.1:8"
        }) {
      assertThat(settings.proxies().select(URI.create(direct)).get(0)).isEqualTo(Proxy.NO_PROXY);
    }
    HubException fault =
        catchThrowableOfType(
            HubException.class,
            () -> proxy(of("HTTPS_PROXY", "http://me:word@proxy"), "https://huggingface.co"));
    assertThat(fault.getMessage()).doesNotContain("word");
  }

  private static InetSocketAddress proxy(HubSettings settings, String address) {
    return (InetSocketAddress)
        Objects.requireNonNull(settings.proxies().select(URI.create(address)).get(0).address());
  }

  @ParameterizedTest
  @ValueSource(strings = {"org/name", "0x/a_b.c-d", "sentence-transformers/all-MiniLM-L6-v2"})
  void namesAreFound(String name) {
    assertThat(ModelName.find(name)).isPresent();
    assertThat(ModelName.ofFolder(new ModelName(name).folder())).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "/name",
        "org/",
        "a/b/c",
        "./name",
        "../name",
        "org/..",
        "org/-x",
        "o--g/n",
        "org/n..m",
        "org/x.git",
        "~/x",
        "a b/c",
        "org\\name",
        "https://x/y",
        "org/n\n",
        "org/n?x"
      })
  void otherTextsAreNoNames(String text) {
    assertThat(ModelName.find(text)).isEmpty();
  }
}
