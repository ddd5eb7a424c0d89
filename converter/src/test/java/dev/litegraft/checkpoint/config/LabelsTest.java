package dev.litegraft.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.facts.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
  private static HfConfig parse(String json) {
    return HfConfig.parse(json.replace('\'', '"'), "config.json");
  }

  @Test
  void namesComeInTheOrderOfTheirIds() {
    HfConfig c =
        parse("{'id2label':{'1':'pos','0':'neg'},'label2id':{'neg':0,'pos':'1'},'num_labels':2}");
    assertThat(Labels.of(c).names()).containsExactly("neg", "pos");
    assertThat(c.unread()).isEmpty();
  }

  @Test
  void withoutNamesLabelsAreNumberedAsTransformersDoes() {
    assertThat(Labels.of(parse("{}")).names()).containsExactly("LABEL_0", "LABEL_1");
    assertThat(Labels.of(parse("{'num_labels':1}")).names()).containsExactly("LABEL_0");
    assertThat(Labels.of(parse("{'num_labels':3}")).count()).isEqualTo(3);
  }

  @Test
  void numbersAreNamesToo() {
    assertThat(Labels.of(parse("{'id2label':{'0':1,'1':5}}")).names()).containsExactly("1", "5");
  }

  @Test
  void twoLabelsMayHaveOneName() {
    HfConfig c = parse("{'id2label':{'0':'other','1':'other'},'label2id':{'other':1}}");
    assertThat(Labels.of(c).names()).containsExactly("other", "other");
    assertThat(Labels.of(c).notes().toString())
        .contains("two labels of id2label have the name \"other\"");
    assertThat(Labels.of(parse("{'id2label':{'0':'a','1':'b'}}")).notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id2label':{'0':'a','2':'b'}}| id2label has the id \"2\" among 2 labels, where the ids 0 to 1 are needed",
        "{'id2label':{'0':'a','-1':'b'}}| id2label has the id \"-1\" among 2 labels, where the ids 0 to 1 are needed",
        "{'id2label':{'0':'a','x':'b'}}| id2label has the id \"x\" among 2 labels, where the ids 0 to 1 are needed",
        "{'id2label':{'1':'a','01':'b'}}| id2label has the id \"01\" among 2 labels, where the ids 0 to 1 are needed",
        "{'id2label':{}}| id2label is empty, where at least one label is needed",
        "{'id2label':{'0':[]}}| 0 is [], where a string is needed",
        "{'id2label':['a','b']}| id2label is [a, b], where an object is needed",
        "{'num_labels':2000000000}| num_labels is 2000000000, where at most 1000000 are expected",
        "{'num_labels':0}| num_labels is 0, where a whole number of 1 or more is needed"
      })
  void contradictionsAreRefusedWithBothValues(String json, String what) {
    assertThat(Refusal.of(() -> Labels.of(parse(json))).what()).isEqualTo(what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id2label':{'0':'a','1':'b'},'num_labels':3}| num_labels is 3, but id2label names 2 labels",
        "{'id2label':{'0':'a','1':'b'},'label2id':{'a':1,'b':0}}| label2id says that \"a\" is 1, but id2label says that this is \"b\"",
        "{'id2label':{'0':'a','1':'b'},'label2id':{'LABEL_0':0}}| label2id says that \"LABEL_0\" is 0, but id2label says that this is \"a\"",
        "{'label2id':{'a':7}}| label2id says that \"a\" is 7, but id2label says that this is no label"
      })
  void otherKeysThatContradictId2labelAreNoted(String json, String what) {
    assertThat(Labels.of(parse(json)).notes())
        .containsExactly(what + ": transformers goes by id2label");
  }

  @Test
  void aHeadOfAnotherSizeIsRefused() {
    Labels labels = Labels.of(parse("{'num_labels':3}"));
    labels.requireRows(3, "score");
    assertThat(Refusal.of(() -> labels.requireRows(7, "score")).what())
        .isEqualTo("score has 7 rows, but config.json names 3 labels");
  }

  private static ProblemType type(String json, int labels) {
    return ProblemTypes.of(parse(json), labels).type();
  }

  @Test
  void aCrossEncodersActivationSaysWhatItsNumberIs() {
    String older = "{'sbert_ce_default_activation_function':'torch.nn.modules.activation.Sigmoid'}";
    assertThat(type(older, 1)).isEqualTo(ProblemType.MULTI_LABEL);
    String newer =
        "{'sentence_transformers':{'activation_fn':'torch.nn.modules.linear.Identity','version':'5'}}";
    assertThat(type(newer, 1)).isEqualTo(ProblemType.REGRESSION);
    assertThat(type(newer, 3)).isEqualTo(ProblemType.SINGLE_LABEL);
    assertThat(type("{'sentence_transformers':{'version':'5'}}", 1))
        .isEqualTo(ProblemType.MULTI_LABEL);
    String other = "{'sbert_ce_default_activation_function':'torch.nn.modules.activation.Tanh'}";
    assertThat(Refusal.of(() -> type(other, 1)).what()).contains("Tanh");
    String strange = "{'sbert_ce_default_activation_function':'my.Function'}";
    assertThat(type(strange, 1)).isEqualTo(ProblemType.MULTI_LABEL);
    assertThat(ProblemTypes.of(parse(strange), 1).notes().toString()).contains("my.Function");
  }

  @Test
  void aFoldersActivationGoesBeforeTheConfigsAndThatBeforeTheProblemType() {
    HfConfig config =
        parse(
            "{'sentence_transformers':{'activation_fn':'torch.nn.modules.activation.Sigmoid'},"
                + "'problem_type':'regression'}");
    assertThat(ProblemTypes.of(config, 1).type()).isEqualTo(ProblemType.MULTI_LABEL);
    assertThat(ProblemTypes.of(config, 1).notes().toString())
        .contains("problem_type is regression");
    assertThat(
            ProblemTypes.ofCrossEncoder(
                    config, 1, java.util.Optional.of("torch.nn.modules.linear.Identity"))
                .type())
        .isEqualTo(ProblemType.REGRESSION);
  }

  @Test
  void oneLogitIsAProbabilityUnlessItIsCalledARegression() {
    assertThat(type("{}", 1)).isEqualTo(ProblemType.MULTI_LABEL);
    assertThat(type("{'problem_type':'regression'}", 1)).isEqualTo(ProblemType.REGRESSION);
    HfConfig single = parse("{'problem_type':'single_label_classification'}");
    assertThat(ProblemTypes.of(single, 1).type()).isEqualTo(ProblemType.MULTI_LABEL);
    assertThat(ProblemTypes.of(single, 1).notes().toString()).contains("sigmoid");
  }

  @Test
  void severalLogitsAreWhatTheProblemTypeSaysElseOneLabelOfThem() {
    assertThat(type("{'problem_type':null}", 2)).isEqualTo(ProblemType.SINGLE_LABEL);
    assertThat(type("{'problem_type':'multi_label_classification'}", 2))
        .isEqualTo(ProblemType.MULTI_LABEL);
    assertThat(type("{'problem_type':'regression'}", 2)).isEqualTo(ProblemType.REGRESSION);
    assertThat(Refusal.of(() -> type("{'problem_type':'ranking'}", 2)).what())
        .isEqualTo(
            "unknown problem_type \"ranking\"; known: single_label_classification,"
                + " multi_label_classification, regression");
  }
}
