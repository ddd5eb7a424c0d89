package dev.litegraft.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Golden;
import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.RotaryEmbedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HfConfigTest {
  @TempDir Path folder;

  private static HfConfig parse(String json) {
    return HfConfig.parse(json.replace('\'', '"'), "config.json");
  }

  @Test
  void valuesAreReadByType() {
    HfConfig c =
        parse(
            "{'i':7,'f':32.0,'eps':1e-05,'yes':true,'s':'silu','list':['a','b'],'n':[1,2.5],"
                + "'o':{'x':1},'none':null}");
    assertThat(c.integer("i")).isEqualTo(7);
    assertThat(c.integer("f")).isEqualTo(32);
    assertThat(c.integer("none", 5)).isEqualTo(5);
    assertThat(c.number("i")).isEqualTo(7);
    assertThat(c.number("eps")).isEqualTo(1e-5);
    assertThat(c.number("absent", 2.5)).isEqualTo(2.5);
    assertThat(c.flag("yes", false)).isTrue();
    assertThat(c.flag("absent", true)).isTrue();
    assertThat(c.text("s")).isEqualTo("silu");
    assertThat(c.text("absent", "gelu")).isEqualTo("gelu");
    assertThat(c.texts("list")).containsExactly("a", "b");
    assertThat(c.texts("absent")).isEmpty();
    assertThat(c.numbers("n")).containsExactly(1.0, 2.5);
    assertThat(c.at("o").orElseThrow().integer("x")).isEqualTo(1);
    assertThat(c.at("none")).isEmpty();
    assertThat(c.has("none")).isFalse();
    assertThat(c.keys()).containsExactly("i", "f", "eps", "yes", "s", "list", "n", "o");
    assertThat(c.unread()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'64'| k is \"64\", where a whole number is needed",
        "6.5| k is 6.5, where a whole number is needed",
        "true| k is true, where a whole number is needed",
        "{}| k is an object, where a whole number is needed",
        "[1]| k is [1], where a whole number is needed",
        "3000000000| k is 3000000000, where a whole number of 32 bits is needed",
        "99999999999999999999| k is 99999999999999999999, where a whole number of 32 bits is needed",
        "NaN| k is NaN, where a whole number is needed",
        "-Infinity| k is -Infinity, where a whole number of 32 bits is needed",
        "null| the config has no k, where a whole number is needed"
      },
      quoteCharacter = '`')
  void aValueThatIsNoWholeNumberIsRefusedWithBoth(String value, String what) {
    HfConfig c = parse("{'k':" + value + "}");
    InvalidInputException e = Refusal.of(() -> c.integer("k"));
    assertThat(e.what()).isEqualTo(what);
    assertThat(e.where()).isEqualTo("config.json");
  }

  @Test
  void otherTypesAreRefusedWithKeyValueAndType() {
    HfConfig c = parse("{'n':'x','b':1,'t':5,'l':'x','e':[1],'v':[null],'o':3,'nan':NaN}");
    assertThat(Refusal.of(() -> c.number("n")).what())
        .isEqualTo("n is \"x\", where a number is needed");
    assertThat(Refusal.of(() -> c.number("nan", 1)).what())
        .isEqualTo("nan is NaN, where a finite number is needed");
    assertThat(Refusal.of(() -> c.flag("b", true)).what())
        .isEqualTo("b is 1, where true or false is needed");
    assertThat(Refusal.of(() -> c.text("t")).what()).isEqualTo("t is 5, where a string is needed");
    assertThat(Refusal.of(() -> c.texts("l")).what())
        .isEqualTo("l is \"x\", where a list of strings is needed");
    assertThat(Refusal.of(() -> c.texts("e")).what()).isEqualTo("e is 1, where a string is needed");
    assertThat(Refusal.of(() -> c.numbers("v")).what()).contains("without null is needed");
    assertThat(Refusal.of(() -> c.at("o")).what()).isEqualTo("o is 3, where an object is needed");
  }

  @Test
  void sizesOfZeroOrLessAreRefused() {
    HfConfig c = parse("{'num_attention_heads':0,'hidden_size':-64,'pad_token_id':-1}");
    assertThat(Refusal.of(() -> c.size("num_attention_heads")).what())
        .isEqualTo("num_attention_heads is 0, where a whole number of 1 or more is needed");
    Refusal.of(() -> c.size("hidden_size", 1));
    assertThat(c.size("vocab_size", 7)).isEqualTo(7);
    assertThat(c.integer("pad_token_id")).isEqualTo(-1);
  }

  @Test
  void aMissingKeyNamesTheNearestOne() {
    HfConfig c = parse("{'hidden_sise':64}");
    InvalidInputException e = Refusal.of(() -> c.integer("hidden_size"));
    assertThat(e.remedy()).startsWith("the nearest key there is hidden_sise;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'rope_theta':50000}",
        "{'rotary_emb_base':50000}",
        "{'rope_parameters':{'rope_theta':50000.0}}",
        "{'rope_theta':50000,'rope_parameters':{'rope_theta':50000.0}}"
      })
  void everySpellingOfTheRotaryBaseIsTheSameKey(String json) {
    HfConfig c = parse(json);
    assertThat(c.number("rope_theta", 10000)).isEqualTo(50000);
    assertThat(c.unread()).isEmpty();
    assertThat(parse(json).number("rotary_emb_base")).isEqualTo(50000);
    HfConfig wrong = parse(json).with("rope_theta", 10000);
    assertThat(wrong.number("rope_theta")).isEqualTo(10000);
    assertThat(wrong.unread()).isEmpty();
  }

  @Test
  void version5TakesWhatStandsInRopeParameters() {
    HfConfig c =
        parse(
            "{'transformers_version':'5.18.0','partial_rotary_factor':0.5,"
                + "'rope_parameters':{'rope_theta':500.0,'partial_rotary_factor':0.25}}");
    assertThat(c.number("partial_rotary_factor")).isEqualTo(0.25);
    assertThat(c.number("rope_theta")).isEqualTo(500);
  }

  @Test
  void contradictingSpellingsAreRefusedWithBothValues() {
    HfConfig c = parse("{'rope_theta':10000,'rope_parameters':{'rope_theta':50000.0}}");
    InvalidInputException e = Refusal.of(() -> c.number("rope_theta"));
    assertThat(e.what())
        .isEqualTo("rope_theta is 10000, but rope_parameters.rope_theta is 50000.0");
    HfConfig s =
        parse(
            "{'rope_scaling':{'type':'linear','factor':2},"
                + "'rope_parameters':{'rope_type':'linear','factor':4}}");
    assertThat(Refusal.of(() -> s.at("rope_scaling")).what())
        .isEqualTo(
            "rope_scaling is {rope_type=linear, factor=2.0},"
                + " but rope_parameters is {rope_type=linear, factor=4.0}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'rope_scaling':{'type':'linear','factor':2},'max':1}",
        "{'rope_scaling':{'rope_type':'linear','factor':2.0},'max':1}",
        "{'rope_parameters':{'rope_type':'linear','factor':2,'rope_theta':5},'max':1}",
        "{'rope_scaling':{'type':'linear','factor':2},"
            + "'rope_parameters':{'rope_type':'linear','factor':2.0,'rope_theta':5},'max':1}",
        "{'rope_scaling':{'type':'linear','factor':2},'rope_parameters':{'rope_theta':5},'max':1}"
      })
  void everySpellingOfTheRotaryScalingIsTheSameKey(String json) {
    HfConfig c = parse(json);
    assertThat(c.has("rope_scaling")).isTrue();
    HfConfig scaling = c.at("rope_scaling").orElseThrow();
    assertThat(scaling.text("rope_type")).isEqualTo("linear");
    assertThat(scaling.text("type")).isEqualTo("linear");
    assertThat(scaling.number("factor")).isEqualTo(2);
    c.number("rope_theta", 10000);
    assertThat(c.unread()).containsExactly("max");
    HfConfig without = parse(json).with("rope_scaling", null);
    assertThat(
            without.at("rope_scaling").map(s -> s.text("rope_type", "default")).orElse("default"))
        .isEqualTo("default");
    assertThat(without.number("rope_theta", 5)).isEqualTo(5);
    HfConfig other = parse(json).with("rope_scaling", Map.of("rope_type", "dynamic", "factor", 8));
    assertThat(other.at("rope_scaling").orElseThrow().integer("factor")).isEqualTo(8);
    HfConfig inner =
        parse("{'rope_scaling':{'type':'x','factor':2}}").with("rope_scaling.factor", 3);
    assertThat(inner.at("rope_scaling").orElseThrow().number("factor")).isEqualTo(3);
  }

  @Test
  void rotaryParametersOfEveryLayerTypeAreReadOneByOne() {
    HfConfig c =
        parse(
            "{'max_position_embeddings':64,'rope_parameters':{"
                + "'full_attention':{'rope_type':'linear','factor':8.0,'rope_theta':160000},"
                + "'sliding_attention':{'rope_type':'default','rope_theta':10000}}}");
    assertThat(c.number("rope_theta", 1)).isEqualTo(1);
    assertThat(c.at("rope_scaling")).isEmpty();
    assertThat(c.unread()).contains("rope_parameters");
    HfConfig full = c.at("rope_parameters").orElseThrow().at("full_attention").orElseThrow();
    assertThat(full.where()).isEqualTo("config.json: rope_parameters.full_attention");
    float slowest = RotaryEmbedding.of(full, 4).frequencies(1)[0];
    assertThat(slowest).isEqualTo(1 / 8f);
    assertThat(c.unread())
        .containsExactly("max_position_embeddings", "rope_parameters.sliding_attention");
    HfConfig other = c.with("rope_parameters.full_attention.rope_theta", 5);
    assertThat(other.value("rope_parameters.full_attention.rope_theta")).isEqualTo(5L);
    assertThat(other.value("rope_parameters.sliding_attention.rope_theta")).isEqualTo(10000L);
  }

  @Test
  void otherSpellingsAreTheSameKeysToo() {
    assertThat(parse("{'torch_dtype':'bfloat16'}").text("dtype")).isEqualTo("bfloat16");
    assertThat(parse("{'dtype':'float32'}").text("torch_dtype")).isEqualTo("float32");
    HfConfig v5 = parse("{'rope_parameters':{'partial_rotary_factor':0.25}}");
    assertThat(v5.number("partial_rotary_factor", 1)).isEqualTo(0.25);
    assertThat(v5.number("rotary_pct", 1)).isEqualTo(0.25);
    HfConfig neox = parse("{'rotary_pct':0.25,'partial_rotary_factor':0.25}");
    assertThat(neox.number("rotary_pct")).isEqualTo(0.25);
    assertThat(neox.unread()).isEmpty();
  }

  @Test
  void theGoldenConfigInTheNewSpellingIsReadLikeTheOldOne() throws IOException {
    HfConfig c = HfConfig.read(Golden.folder("llama-v5-style-config").resolve("config.json"));
    float[] frequencies = RotaryEmbedding.of(c, 16).frequencies(1);
    assertThat(frequencies).isEqualTo(RotaryEmbedding.plain(50000, 16).frequencies(1));
    assertThat(c.unread()).noneMatch(key -> key.startsWith("rope"));
  }

  @Test
  void unreadKeysComeInTheFilesOrderWithTheirPath() {
    HfConfig c =
        parse("{'z':1,'a':null,'transformers.js_config':{'q':1},'o':{'x':1,'y':{'d':2}},'b':2}");
    assertThat(c.unread()).containsExactly("z", "transformers.js_config", "o", "b");
    HfConfig o = c.at("o").orElseThrow();
    o.integer("x");
    assertThat(c.unread()).containsExactly("z", "transformers.js_config", "o.y", "b");
    assertThat(c.value("o.y.d")).isEqualTo(2L);
    assertThat(c.value("transformers.js_config")).isEqualTo(Map.of("q", 1L));
    assertThat(c.value("b")).isEqualTo(2L);
    assertThat(c.unread()).contains("b");
  }

  @Test
  void nullIsAsAbsentButWhereAClassTellsThemApart() {
    HfConfig c = parse("{'a':null,'b':3,'d':null}");
    assertThat(c.isNull("a")).isTrue();
    assertThat(c.isNull("b")).isFalse();
    assertThat(c.isNull("c")).isFalse();
    assertThat(c.integer("a", 1, 2)).isEqualTo(2);
    assertThat(c.integer("b", 1, 2)).isEqualTo(3);
    assertThat(c.integer("c", 1, 2)).isEqualTo(1);
    assertThat(c.number("d", 1, 2)).isEqualTo(2);
    assertThat(c.number("c", 1, 2)).isEqualTo(1);
    assertThat(c.integer("a", 1)).isEqualTo(1);
    assertThat(c.without("a").isNull("a")).isFalse();
  }

  @Test
  void aDefaultStandsWhereThereIsNothingAndSharesWhatIsRead() {
    HfConfig c = parse("{'hidden_act':null,'layers':3,'eps':1}");
    HfConfig own = c.withDefault("hidden_act", "gelu_new").withDefault("layers", 5);
    assertThat(own.text("hidden_act")).isEqualTo("gelu_new");
    assertThat(own.integer("layers")).isEqualTo(3);
    assertThat(c.unread()).containsExactly("eps");
    assertThat(c.has("hidden_act")).isFalse();
  }

  @Test
  void aCopyWithAnotherValueSharesNothingOfWhatWasRead() {
    HfConfig c = parse("{'hidden_act':'silu','rms_norm_eps':1e-5}");
    c.text("hidden_act");
    HfConfig copy = c.with("hidden_act", "gelu").with("list", List.of(1, 2.5f));
    assertThat(copy.unread()).containsExactly("hidden_act", "rms_norm_eps", "list");
    assertThat(copy.text("hidden_act")).isEqualTo("gelu");
    assertThat(copy.numbers("list")).containsExactly(1.0, 2.5);
    assertThat(c.text("hidden_act")).isEqualTo("silu");
    assertThat(c.with("hidden_act", null).has("hidden_act")).isFalse();
    assertThat(c.unread()).containsExactly("rms_norm_eps");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "| the file is empty, where a JSON object is needed",
        "[1]| the file begins with \"[\", where a JSON object is needed",
        "{'a':1,'a':2}| the file is not JSON: Duplicate field 'a'",
        "{'a':1| the file is not JSON: Unexpected end-of-input",
        "{'a':1} x| the file is not JSON: Unrecognized token 'x'",
        "{'a':1} {}| the file goes on with \"{\" after its JSON object ends",
        "{'a':01}| the file is not JSON: Invalid numeric value: Leading zeroes not allowed",
        "{a:1}| the file is not JSON: Unexpected character ('a' (code 97))"
      })
  void whatIsNotOneJsonObjectIsRefused(String json, String what) {
    InvalidInputException e = Refusal.of(() -> parse(json == null ? "" : json));
    assertThat(e.what()).startsWith(what);
    assertThat(e.where()).startsWith("config.json");
  }

  @Test
  void aFaultInJsonSaysLineAndColumn() {
    InvalidInputException e = Refusal.of(() -> parse("{\n  'a': 1,\n  'b': x\n}"));
    assertThat(e.where()).startsWith("config.json, line 3, column ");
  }

  @Test
  void deepJsonIsRefused() {
    InvalidInputException e = Refusal.of(() -> parse("{'a':" + "[".repeat(100_000)));
    assertThat(e.what()).contains("nesting depth (65) exceeds the maximum allowed (64");
  }

  @Test
  void aByteOrderMarkIsSkipped() throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), "\uFEFF{\"a\":1}");
    assertThat(HfConfig.read(file).integer("a")).isEqualTo(1);
    assertThat(HfConfig.parse("\uFEFF{\"a\":1}", "x").integer("a")).isEqualTo(1);
  }

  @Test
  void invalidUtf8IsRefused() throws IOException {
    Path file =
        Files.write(
            folder.resolve("latin1.json"), new byte[] {'{', '"', (byte) 0xe4, '"', ':', '1', '}'});
    assertThat(Refusal.of(() -> HfConfig.read(file)).what())
        .isEqualTo("the file is not text in UTF-8");
  }

  @Test
  void aHugeFileIsRefusedBeforeItIsRead() throws IOException {
    Path file = folder.resolve("config.json");
    try (java.io.RandomAccessFile sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(5L << 30);
    }
    assertThat(Refusal.of(() -> HfConfig.read(file)).what())
        .isEqualTo("the file has 5368709120 bytes, where at most 16777216 are expected");
  }
}
