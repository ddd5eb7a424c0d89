package dev.litegraft.lab.diagnosis.faults;

import java.util.function.UnaryOperator;

/**
 * One thing that an exporting tool may have got wrong.
 *
 * @param setting the key in config.json, or a documented word
 * @param checkpoint the checkpoint's value
 * @param file the value that the file would behave like
 * @param change what makes the checkpoint's model behave so
 * @param advice what to change in the exporting tool
 */
public record Hypothesis(
    String setting,
    String checkpoint,
    String file,
    UnaryOperator<VariantModel> change,
    String advice) {
  /** Nothing is wrong. */
  public static final Hypothesis NONE = new Hypothesis("", "", "", model -> model, "");
}
