package dev.litegraft.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/file-format.md}, by which others read files, says what the code does. */
class FormatPageTest {
  /** A line of the table of facts. */
  private record Row(String name, String kind, String always, String what) {}

  private static List<Row> rows() throws IOException {
    String page = Files.readString(Path.of("../docs/file-format.md"));
    String facts =
        page.substring(page.indexOf("## `litegraft.json`"), page.indexOf("## A reader, step by"));
    return facts
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split(" \\| ", 4))
        .map(cells -> new Row(cells[0].replaceAll("[|` ]", ""), cells[1], cells[2], cells[3]))
        .toList();
  }

  private static Row row(String name) throws IOException {
    return rows().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Fact<?>> facts(Class<?> type) throws IllegalAccessException {
    List<Fact<?>> facts = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == Fact.class) {
        field.setAccessible(true);
        facts.add((Fact<?>) field.get(null));
      }
    }
    return facts;
  }

  @Test
  void everyFactHasItsRowInTheOrderInWhichFactsAreWritten() throws Exception {
    List<String> expected = new ArrayList<>(List.of("format_version"));
    facts(ModelFacts.class).forEach(fact -> expected.add(fact.name()));
    expected.add("must_understand");
    assertThat(rows()).extracting(Row::name).containsExactlyElementsOf(expected);
    assertThat(row("format_version").what())
        .startsWith(Integer.toString(ModelFacts.FORMAT_VERSION));
  }

  @Test
  void whatMustBeUnderstoodOrThereIsSaidToBe() throws Exception {
    for (Fact<?> fact : facts(ModelFacts.class)) {
      Row row = row(fact.name());
      assertThat(row.kind().contains("under `must_understand`"))
          .as(row.name())
          .isEqualTo(fact.isUnderMustUnderstand());
      assertThat(row.always().equals("yes")).as(row.name()).isEqualTo(fact.isRequired());
      if (fact.usual().isPresent()) {
        String usual = String.valueOf(fact.usual().get()).toLowerCase(Locale.ROOT);
        boolean nothing = List.of("", "[]", "{}").contains(usual);
        assertThat(row.always()).isEqualTo(nothing ? "no (empty)" : "no (`" + usual + "`)");
      }
    }
  }

  @Test
  void objectsHaveTheMembersThatAreNamed() throws Exception {
    assertMembers("provenance", facts(ModelFacts.Provenance.class));
    assertMembers("compressed", facts(ModelFacts.Compressed.class));
    assertMembers("reranking", facts(Reranking.class));
    assertMembers("late_interaction", facts(LateInteraction.class));
    assertMembers("late_interaction", facts(LateInteraction.Side.class));
    assertMembers("late_interaction", facts(LateInteraction.Expansion.class));
    for (String name : new Confidence(2, List.of(0.5), List.of(0.5)).json().keySet()) {
      assertThat(row("confidence").what()).contains("`" + name + "`");
    }
  }

  private static void assertMembers(String row, List<Fact<?>> members) throws IOException {
    assertThat(members).isNotEmpty();
    for (Fact<?> member : members) {
      assertThat(row(row).kind() + row(row).what()).contains("`" + member.name() + "`");
    }
  }

  @Test
  void wordsOfAFixedListAreAllThere() throws Exception {
    assertWords("task", Arrays.stream(Task.values()).map(FormatPageTest::lower));
    assertWords("problem_type", Arrays.stream(ProblemType.values()).map(ProblemType::hfName));
    assertWords("output", Arrays.stream(OutputForm.values()).map(FormatPageTest::lower));
    assertWords("pooling", Arrays.stream(Pooling.values()).map(Pooling::id));
    assertWords("padding_side", Arrays.stream(Side.values()).map(FormatPageTest::lower));
    assertWords(
        "signature_names", Arrays.stream(SignatureNames.values()).map(FormatPageTest::lower));
    assertWords("similarity", Arrays.stream(Similarity.values()).map(FormatPageTest::lower));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void assertWords(String row, Stream<String> words) throws IOException {
    Row found = row(row);
    words.forEach(word -> assertThat(found.kind()).contains("`" + word + "`"));
  }
}
