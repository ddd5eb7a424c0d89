package dev.litegraft.checkpoint.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Jinja 3.1 with trim_blocks and lstrip_blocks makes of the same templates. */
class ChatTemplateTest {
  private static final List<Map<String, String>> MESSAGES =
      List.of(
          Map.of("role", "query", "content", " Who? "),
          Map.of("role", "document", "content", "He."));

  private static String rendered(String template) {
    return ChatTemplate.of(template)
        .render(Map.of("messages", MESSAGES, "bos_token", "<s>", "yes", true, "n", 3L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{{ bos_token }}{{ messages[0]['content'] | trim }}§<s>Who?",
        "{{ (messages | selectattr('role', 'eq', 'document') | first).content }}§He.",
        "{{ messages | map(attribute='role') | join('+') }}§query+document",
        "{% for m in messages if m.role == 'query' %}{{ loop.index }}{{ m.role }}{% endfor %}§1query",
        "{% for m in messages %}{{ m.role }}{% if not loop.last %}, {% endif %}{% endfor %}§query, document",
        "{{ 'a' if yes else 'b' }}{{ absent | default('c') }}{{ absent }}§ac",
        "{% if n == 2 %}two{% elif n == 3 and yes %}three{% else %}more{% endif %}§three",
        "{% set x = namespace(v='old') %}{% for m in messages %}{% set x.v = m.role %}{% endfor %}{{ x.v }}§document",
        "{{ 'He' in messages[1].content }}{{ absent is defined }}{{ messages is iterable }}§TrueFalseTrue",
        "{{ messages | length }}{{ messages[-1].role.upper() }}{{ 'ab' ~ n }}§2DOCUMENTab3",
        "a {#- left out -#} b§ab"
      })
  void valuesAreThoseOfJinja(String template, String expected) {
    assertThat(rendered(template)).isEqualTo(expected);
  }

  @Test
  void linesOfTagsLeaveNothing() {
    assertThat(rendered("a\n  {% if yes %}\n  b\n  {% endif %}\nc\n")).isEqualTo("a\n  b\nc");
    assertThat(rendered("a\n{%- if yes -%}\n b\n{%- endif %}\nc")).isEqualTo("abc");
    assertThat(rendered("a {{- ' b' -}} c")).isEqualTo("a bc");
  }

  @Test
  void partsThatAreNotKnownAreNamed() {
    for (String part : List.of("{{ n | tojson }}", "{% macro a() %}{% endmacro %}", "{{ f(n) }}")) {
      assertThatThrownBy(() -> rendered(part)).isInstanceOf(TemplateException.class);
    }
    assertThatThrownBy(() -> rendered("{{ n | tojson }}")).hasMessage("the filter tojson");
    assertThatThrownBy(() -> rendered("{% if yes %}a")).hasMessageContaining("without its end");
  }
}
