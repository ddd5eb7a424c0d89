package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * Another number of heads in matrices of the same shape: as many queries as keys, whose width is
 * what is left.
 */
final class AttentionHeadFaults implements Hypotheses.Source {
  private static final List<Integer> USUAL_WIDTHS = List.of(32, 64, 80, 96, 128);

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    Names names = Names.of(own);
    boolean ownWidth = own.config().value(names.keys().headWidth()) != null;
    if (names.heads().isPresent() && !ownWidth && names.sharedHeads().equals(names.heads())) {
      others(names.heads().get(), names.width().orElse(0))
          .forEach(count -> all.add(of(own.config(), names.keys(), count)));
    }
  }

  private static List<Integer> others(int heads, int width) {
    return Stream.concat(
            Stream.of(2 * heads, heads / 2, 4 * heads, heads / 4, 1),
            USUAL_WIDTHS.stream().map(headWidth -> width / headWidth))
        .filter(count -> count > 0 && count != heads && width % count == 0)
        .distinct()
        .toList();
  }

  private static Hypothesis of(HfConfig config, ConfigNames keys, int count) {
    String key = keys.heads();
    boolean both = config.value(keys.sharedHeads()) != null;
    return new Hypothesis(
        key,
        Hypotheses.text(config.value(key)),
        Integer.toString(count),
        v -> {
          HfConfig other = v.config().with(key, count);
          return v.with(both ? other.with(keys.sharedHeads(), count) : other);
        },
        "split queries, keys and values into the heads of config.json");
  }
}
