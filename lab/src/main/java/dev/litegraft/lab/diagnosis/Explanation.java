package dev.litegraft.lab.diagnosis;

/**
 * A setting that explains a difference.
 *
 * @param setting the key in config.json, or a documented word
 * @param checkpoint the checkpoint's value
 * @param file the value that the file behaves like
 * @param residual the largest difference of a logit that remains when this setting, and those named
 *     before it, are taken as the file has them
 * @param advice what to change in the exporting tool
 */
public record Explanation(
    String setting, String checkpoint, String file, double residual, String advice) {
  /** Whether another one names the same setting and value. */
  boolean saysAs(Explanation other) {
    return setting.equals(other.setting) && file.equals(other.file);
  }
}
