package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.litegraft.hub.HubException.Reason;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each refusal of the Hub has its own sentence, and says what to do; none shows the token. */
class HubFaultsTest {
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
    HubException fault =
        catchThrowableOfType(HubException.class, () -> hub.model(cache).look().fetch());
    assertThat(fault.getMessage() + fault.where())
        .doesNotContain(StubHub.TOKEN)
        .doesNotContain("?S");
    return fault;
  }

  private HubException faultWithoutToken() {
    Map<String, String> environment = new HashMap<>(hub.environment(cache));
    environment.remove("HF_TOKEN");
    environment.put("HF_HOME", cache.resolve("nobody").toString());
    HubModel model =
        HubModel.of(new ModelName(hub.id), HubSettings.of(environment)).withPause(time -> {});
    return catchThrowableOfType(HubException.class, () -> model.look().fetch());
  }

  private void refuse(String path, int status, String code) {
    hub.refuse(path, 1, status, Map.of("X-Error-Code", code));
  }

  @Test
  void aModelThatIsNotThereMayBePrivate() {
    refuse(API, 404, "RepoNotFound");
    HubException fault = fault();
    assertThat(fault.reason()).isEqualTo(Reason.NO_MODEL);
    assertThat(fault.what())
        .isEqualTo(
            "the Hub has no model org/model, or it is private and the token of HF_TOKEN may not"
                + " read it");
    refuse(API, 401, "RepoNotFound");
    assertThat(faultWithoutToken().remedy())
        .contains("/models?search=model", "for a private model give a token");
  }

  @Test
  void aRevisionThatIsNotThereIsNamed() {
    HubException fault =
        catchThrowableOfType(HubException.class, () -> hub.model(cache).withRevision("v9").look());
    assertThat(fault.reason()).isEqualTo(Reason.NO_REVISION);
    assertThat(fault.what()).isEqualTo("the model org/model has no branch, tag or commit \"v9\"");
    assertThat(fault.remedy()).endsWith("/org/model/tree/main");
  }

  @Test
  void aGatedModelSaysWhereToAsk() {
    refuse(FILE, 401, "GatedRepo");
    HubException without = faultWithoutToken();
    assertThat(without.reason()).isEqualTo(Reason.GATED);
    assertThat(without.remedy()).contains("ask for access at", "/org/model", "/settings/tokens");
    refuse(FILE, 403, "GatedRepo");
    assertThat(fault().what()).contains("the token of HF_TOKEN has no leave yet");
  }

  @Test
  void aFileThatIsGoneIsNamed() {
    refuse(FILE, 404, "EntryNotFound");
    HubException fault = fault();
    assertThat(fault.reason()).isEqualTo(Reason.NO_FILE);
    assertThat(fault.where()).contains("/resolve/" + StubHub.COMMIT + "/");
  }

  @Test
  void aTokenThatIsNotKnownIsNamedByWhereItIsFrom() {
    hub.refuse(
        API, 1, 401, Map.of("X-Error-Message", "Invalid credentials in Authorization header"));
    HubException fault = fault();
    assertThat(fault.reason()).isEqualTo(Reason.TOKEN);
    assertThat(fault.what()).isEqualTo("the Hub does not know the token of HF_TOKEN");
  }

  @Test
  void aTokenThatMayNotIsSaid() {
    hub.refuse(API, 1, 403, Map.of("X-Error-Message", "a reason"));
    HubException fault = fault();
    assertThat(fault.reason()).isEqualTo(Reason.TOKEN);
    assertThat(fault.what()).isEqualTo("the Hub forbids it: a reason");
  }

  @Test
  void aModelThatIsClosedIsSaid() {
    hub.refuse(API, 1, 403, Map.of("X-Error-Message", "Access to this resource is disabled."));
    assertThat(fault().reason()).isEqualTo(Reason.DISABLED);
  }

  @Test
  void anAnswerThatIsNoListingIsRefused() {
    String commit = "\"sha\": \"" + StubHub.COMMIT + "\", ";
    for (String answer :
        List.of(
            "<html>",
            "",
            "{}",
            "[1, 2]",
            "{\"siblings\": 3}",
            "[".repeat(99),
            "{\"sha\": \"../x\", \"siblings\": []}",
            "{" + commit + "\"siblings\": [{\"size\": 1, \"blobId\": \"" + "a".repeat(40) + "\"}]}",
            "{"
                + commit
                + "\"siblings\": [{\"rfilename\": \"a\", \"size\": 1, \"blobId\": \"xyz\"}]}")) {
      hub.listing = answer;
      assertThat(fault().reason()).as(answer).isIn(Reason.REFUSED, Reason.NO_MODEL);
    }
  }

  @Test
  void rateLimitsAreWaitedFor() throws IOException {
    List<Duration> waited = new ArrayList<>();
    hub.refuse(API, 2, 429, Map.of("Retry-After", "7"));
    hub.refuse(FILE, 1, 429, Map.of("RateLimit", "\"resolvers\";r=0;t=11"));
    hub.model(cache).withPause(waited::add).look().fetch();
    assertThat(waited)
        .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7), Duration.ofSeconds(11));
  }

  @Test
  void aWaitThatIsTooLongIsSaidInstead() {
    List<Duration> waited = new ArrayList<>();
    hub.refuse(API, 1, 429, Map.of("Retry-After", "3600"));
    HubException fault =
        catchThrowableOfType(
            HubException.class, () -> hub.model(cache).withPause(waited::add).look());
    assertThat(fault.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(fault.remedy()).startsWith("try again in 3600 seconds; with a token");
    assertThat(waited).isEmpty();
  }

  @Test
  void aServerThatFailsIsAskedAFewTimes() {
    List<Duration> waited = new ArrayList<>();
    hub.refuse(API, 99, 503, Map.of());
    HubException fault =
        catchThrowableOfType(
            HubException.class, () -> hub.model(cache).withPause(waited::add).look());
    assertThat(fault.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(fault.what()).isEqualTo("the Hub answers 503 again and again");
    assertThat(hub.requests).hasSize(5);
    assertThat(waited).isSorted().hasSize(4);
  }

  @Test
  void nobodyThereIsSaid() {
    String address = hub.address();
    hub.close();
    HubException fault = fault();
    assertThat(fault.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(fault.what()).isEqualTo("the Hub cannot be reached");
    assertThat(fault.where()).startsWith(address);
  }

  @Test
  void aDateOfRetryAfterIsUnderstood() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(pause("Thu, 1 Jan 2026 00:01:00 GMT", now)).isEqualTo(Duration.ofSeconds(61));
    assertThat(pause("Thu, 1 Jan 2015 00:01:00 GMT", now)).isZero();
    assertThat(pause("soon", now)).isZero();
    assertThat(pause("999999999", now)).isEqualTo(Duration.ofDays(1));
  }

  private static Duration pause(String after, Instant now) {
    return HubFaults.pause(
        HttpHeaders.of(Map.of("Retry-After", List.of(after)), (a, b) -> true), now);
  }
}
