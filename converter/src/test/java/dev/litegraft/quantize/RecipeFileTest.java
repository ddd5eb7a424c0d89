package dev.litegraft.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeFileTest {
  @TempDir Path folder;

  private static Value weight(GraphBuilder b, String name, int rows) {
    return b.constant(
        name, TensorViews.of(name, Shape.of(rows, 64), new float[rows * 64]), PlainStorage.F32);
  }

  /** A table, a layer with two projections, and a head. */
  private static Graph graph() {
    GraphBuilder b = new GraphBuilder();
    Value ids = b.input("ids", DType.I32, Shape.of(Shape.TOKENS));
    Value x = b.embeddingLookup(ids, weight(b, "embed_tokens.weight", 9));
    for (String name : new String[] {"layers.0.o_proj", "layers.0.down_proj"}) {
      x = b.fullyConnected(name, x, weight(b, name + ".weight", 64), Optional.empty());
    }
    Value y = b.fullyConnected("score", x, weight(b, "score.weight", 2), Optional.empty());
    return b.build("serving_default", Map.of("y", y));
  }

  private static String stored(Recipe recipe) {
    return recipe.apply(graph()).constants().stream()
        .map(v -> v.name().replace(".weight", "") + " " + v.dtype())
        .collect(Collectors.joining(", "));
  }

  private Recipe read(String text) throws IOException {
    return RecipeFile.read(Files.writeString(folder.resolve("recipe.json"), text));
  }

  @Test
  void theLastRuleThatHoldsCounts() throws IOException {
    Recipe recipe =
        read(
            """
            {"recipe": "int4",
             "rules": [
               {"path": "layers.*", "storage": "int8"},
               {"path": "*.o_proj|score", "operator": "FULLY_CONNECTED", "storage": "f32"},
               {"operator": "EMBEDDING_LOOKUP", "storage": "f16"}]}
            """);

    assertThat(stored(recipe))
        .isEqualTo("embed_tokens F16, layers.0.o_proj F32, layers.0.down_proj I8, score F32");
    assertThat(recipe.keptInFloat(graph())).containsExactly("layers.0.o_proj", "score");
    assertThat(recipe.canonicalName())
        .isEqualTo(
            "dynamic_wi4_afp32; layers.*: int8; *.o_proj|score of FULLY_CONNECTED: f32; * of"
                + " EMBEDDING_LOOKUP: f16");
  }

  @Test
  void withoutARecipeRulesChangeOneInF32() throws IOException {
    assertThat(stored(read("{\"rules\": [{\"path\": \"*_proj\", \"storage\": \"int4\"}]}")))
        .isEqualTo("embed_tokens F32, layers.0.o_proj I4, layers.0.down_proj I4, score F32");
  }

  @Test
  void aPatternFitsWholePathsAndItsPointIsAPoint() {
    assertThat(stored(Recipe.DYNAMIC_WI8_AFP32.keepingFloat("score|layers*down_proj")))
        .isEqualTo("embed_tokens I8, layers.0.o_proj I8, layers.0.down_proj F32, score F32");
    assertThatThrownBy(() -> Recipe.DYNAMIC_WI8_AFP32.keepingFloat("layers.0").apply(graph()))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () -> Recipe.DYNAMIC_WI8_AFP32.keepingFloat("layers.0xo_proj").apply(graph()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void anAlternativeThatFitsNothingIsAMistake() {
    assertThatThrownBy(
            () -> Recipe.DYNAMIC_WI8_AFP32.keepingFloat("score|layers.0.op_proj").apply(graph()))
        .hasMessage(
            """
            the pattern "layers.0.op_proj" fits no matrix of this model
              where: --keep-float
              try:   did you mean layers.0.o_proj?"""
                .replaceAll("\n *$", ""));
  }

  @Test
  void aRecipeWithoutRulesIsItself() throws IOException {
    assertThat(read("{\"recipe\": \"int4\", \"rules\": []}")).isSameAs(Recipe.DYNAMIC_WI4_AFP32);
    assertThat(read("{\"recipe\": \"int4\"}")).isSameAs(Recipe.DYNAMIC_WI4_AFP32);
    assertThat(read("{\"recipe\": \"int4\", \"rounding\": \"mse\"}").rounding()).isEqualTo("mse");
  }

  @Test
  void aRoundingOfMatricesThatTheLastRulesStoreOtherwiseIsRefused() {
    Recipe all = Recipe.DYNAMIC_WI4_AFP32.keepingFloat("score|*");
    assertThatThrownBy(() -> CalibratedRecipe.compensated(all, SeenInputs.NONE))
        .hasMessageStartingWith("--rounding gptq changes nothing of the recipe dynamic_wi4_afp32");
    assertThatThrownBy(() -> CalibratedRecipe.leastError(all))
        .hasMessageStartingWith("--rounding mse changes nothing");
    List<Graph> graphs = List.of(graph());
    Recipe one =
        CalibratedRecipe.compensated(
            Recipe.DYNAMIC_WI4_AFP32.keepingFloat("score"), SeenInputs.NONE);
    assertThatCode(() -> CalibratedRecipe.requireChanged(one, graphs)).doesNotThrowAnyException();
    Recipe each =
        CalibratedRecipe.compensated(
            Recipe.DYNAMIC_WI4_AFP32.keepingFloat("layers.*|score"), SeenInputs.NONE);
    assertThatThrownBy(() -> CalibratedRecipe.requireChanged(each, graphs))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("--rounding gptq changes nothing of the recipe dynamic_wi4_afp32;");
    Recipe even =
        CalibratedRecipe.smooth(
            Recipe.DYNAMIC_WI8_AFP32.keepingFloat("layers.*|score"), SeenInputs.NONE);
    assertThatThrownBy(() -> CalibratedRecipe.requireChanged(even, graphs))
        .hasMessageStartingWith("--rounding smooth changes nothing");
  }

  @Test
  void aFileSaysHowNumbersAreRounded() throws IOException {
    String rounded = "{\"recipe\": \"int4\", \"rounding\": \"%s\", \"rules\": []}";
    assertThat(read(rounded.formatted("mse")).rounding()).isEqualTo("mse");
    assertThat(read(rounded.formatted("plain"))).isSameAs(Recipe.DYNAMIC_WI4_AFP32);
    Path file = Files.writeString(folder.resolve("recipe.json"), rounded.formatted("gptq"));
    assertThat(RecipeFile.open(file).rounding()).contains("gptq");
    assertThat(RecipeFile.open(file).recipe()).isSameAs(Recipe.DYNAMIC_WI4_AFP32);
  }

  @Test
  void whatKeepsEverythingInF32CannotKeepMore() {
    assertThatThrownBy(() -> Recipe.F32.keepingFloat("score"))
        .hasMessageStartingWith("the recipe f32 keeps all matrices in f32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{\"rules\": []} # there are no rules",
        "{\"recipe\": \"int8\", \"rules\": 3} # \"rules\" is 3",
        "{\"rounding\": \"mse\"} # there is neither a recipe nor rules",
        "{\"recipe\": \"int5\"} # unknown recipe \"int5\"",
        "{\"recipe\": \"int9\", \"rules\": [1]} # unknown recipe \"int9\"",
        "{\"rule\": []} # the key \"rule\" is unknown",
        "{\"rules\": [1]} # a rule is 1",
        "{\"rules\": [{\"storage\": \"f32\"}]} # a rule says not for which matrices",
        "{\"rules\": [{\"path\": \"a\"}]} # \"storage\" is missing",
        "{\"rules\": [{\"path\": 3, \"storage\": \"f32\"}]} # \"path\" is 3",
        "{\"rules\": [{\"path\": \"a|\", \"storage\": \"f32\"}]} # the pattern \"a|\" has an empty",
        "{\"rules\": [{\"path\": \"a\", \"storage\": \"f8\"}]} # \"f8\" is unknown",
        "{\"rules\": [{\"operator\": \"MUL\", \"storage\": \"f32\"}]} # \"MUL\" is unknown",
        "{\"recipe\": \"int4\", \"rounding\": \"best\", \"rules\": []} # \"best\" is unknown",
        "{\"recipe\": \"int4\", \"rounding\": 4, \"rules\": []} # \"rounding\" is 4",
        "{\"recipe\": \"int4\", \"rounding\": \"gptq\", \"rules\": []} # the recipe rounds by gptq",
        "{\"recipe\": \"int8\", \"rounding\": \"mse\", \"rules\": []} # --rounding mse changes nothing",
        "{\"rules\": [{\"path\": \"a\", \"storge\": \"f32\"}]} # the key \"storge\" is unknown",
      })
  void aFileThatIsNoneSaysWhy(String text, String what) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(what)
        .hasMessageContaining("where: " + folder.resolve("recipe.json"));
  }
}
