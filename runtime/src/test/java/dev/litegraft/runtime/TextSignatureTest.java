package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.TextSignature.Role;
import dev.litegraft.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextSignatureTest {
  @Test
  void findsInputsByTheNamesOfEveryExporter() {
    assertRoles(List.of("attention_mask", "input_ids", "token_type_ids"), 1, 0, 2);
    assertRoles(List.of("ids", "mask", "segment_ids"), 0, 1, 2);
    assertRoles(
        List.of("serving_default_input_word_ids:0", "input_mask", "input_type_ids"), 0, 1, 2);
    assertRoles(List.of("tokens", "mask", "token_types"), 0, 1, 2);
  }

  @Test
  void namesThatSayNothingCountByTheirOrder() {
    assertRoles(List.of("args_0", "args_1", "args_2"), 0, 1, 2);
    assertRoles(List.of("x", "attention_mask", "y"), 0, 1, 2);
  }

  @Test
  void inputsOfOtherShapesAreRefused() {
    TensorSpec batch = new TensorSpec("input_ids", Optional.of(DType.I32), List.of(2, 4, 128));
    assertThatThrownBy(() -> of(List.of(batch)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input input_ids I32[2, 4, 128] is not rows of whole numbers");
    TensorSpec text = new TensorSpec("text", Optional.empty(), List.of(1));
    assertThatThrownBy(() -> of(List.of(text)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input text unknown type[1]");
    assertThatThrownBy(() -> of(List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no input takes token ids");
    assertThatThrownBy(() -> of(specs(List.of("a", "b", "c", "d"), 8)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nothing is known to put into input d");
  }

  @Test
  void theSmallestStaticLengthThatFitsIsTakenBeforeADynamicOne() {
    List<TextSignature> all =
        Arrays.asList(ofLength(128), ofLength(-1), ofLength(16), ofLength(32));
    assertThat(TextSignature.fitting(all, 1)).map(TextSignature::length).hasValue(16);
    assertThat(TextSignature.fitting(all, 17)).map(TextSignature::length).hasValue(32);
    assertThat(TextSignature.fitting(all, 500)).map(TextSignature::length).hasValue(-1);
    assertThat(TextSignature.longest(all)).isEmpty();
    List<TextSignature> fixed = List.of(ofLength(16), ofLength(32));
    assertThat(TextSignature.fitting(fixed, 33)).isEmpty();
    assertThat(TextSignature.longest(fixed)).hasValue(32);
  }

  private static TextSignature ofLength(int length) {
    return of(specs(List.of("input_ids"), length));
  }

  private static TextSignature of(List<TensorSpec> inputs) {
    return TextSignature.of(Optional.of("serving_default"), inputs, List.of(), "a file");
  }

  private static List<TensorSpec> specs(List<String> names, int length) {
    return names.stream()
        .map(name -> new TensorSpec(name, Optional.of(DType.I32), List.of(1, length)))
        .toList();
  }

  private static void assertRoles(List<String> names, int ids, int mask, int types) {
    Map<Role, TensorSpec> inputs = of(specs(names, -1)).inputs();
    assertThat(inputs.get(Role.IDS)).hasToString(names.get(ids) + " I32[1, -1]");
    assertThat(inputs.get(Role.MASK)).hasToString(names.get(mask) + " I32[1, -1]");
    assertThat(inputs.get(Role.TYPES)).hasToString(names.get(types) + " I32[1, -1]");
  }
}
