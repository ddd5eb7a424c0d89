package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * Another number of heads in matrices of the same shape: as many queries as keys, whose width is
 * what is left.
 */
final class AttentionHeadFaults implements Hypotheses.Source {
  private static final List<String> KEYS = List.of("num_attention_heads", "n_head", "n_heads");
  private static final List<Integer> USUAL_WIDTHS = List.of(32, 64, 80, 96, 128);

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
    int width = Names.width(config).orElse(0);
    for (String key : KEYS) {
      if (config.value(key) instanceof Number number && config.value("head_dim") == null) {
        int heads = number.intValue();
        if (config.integer("num_key_value_heads", heads) == heads) {
          others(heads, width).forEach(count -> all.add(of(config, key, count)));
        }
      }
    }
  }

  private static List<Integer> others(int heads, int width) {
    return Stream.concat(
            Stream.of(2 * heads, heads / 2, 1),
            USUAL_WIDTHS.stream().map(headWidth -> width / headWidth))
        .filter(count -> count > 0 && count != heads && width % count == 0)
        .distinct()
        .toList();
  }

  private static Hypothesis of(HfConfig config, String key, int count) {
    boolean both = config.value("num_key_value_heads") != null;
    return new Hypothesis(
        key,
        Hypotheses.text(config.value(key)),
        Integer.toString(count),
        v -> {
          HfConfig other = v.config().with(key, count);
          return v.with(both ? other.with("num_key_value_heads", count) : other);
        },
        "split queries, keys and values into the heads of config.json");
  }
}
