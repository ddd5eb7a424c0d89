package dev.litegraft.architecture;

import java.util.List;

/** The list of families. */
public final class Architectures {
  /** Every family that can be converted. */
  public static final List<Architecture> ALL =
      List.of(
          new Llama(),
          new Bert(),
          new DistilBert(),
          Roberta.ROBERTA,
          Roberta.XLM_ROBERTA,
          Roberta.CAMEMBERT,
          new Electra(),
          new Albert(),
          new ModernBert(),
          new DebertaV2());

  private Architectures() {}
}
