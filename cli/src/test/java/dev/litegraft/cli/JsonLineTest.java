package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonLineTest {
  @Test
  void whatATerminalObeysIsEscaped() throws IOException {
    String text = "a\u001b[2J\u007f\u0085\u009b\u2028\u202e\ud800 한😀";
    assertThat(JsonLine.of(json -> json.writeStringField("text", text)))
        .isEqualToIgnoringCase(
            "{\"text\":\"a\\u001b[2J\\u007f\\u0085\\u009b\\u2028\\u202e\\ud800 한😀\"}");
  }
}
