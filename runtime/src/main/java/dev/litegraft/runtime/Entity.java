package dev.litegraft.runtime;

/**
 * A labelled span of a text.
 *
 * @param label without {@code B-} and {@code I-}: {@code PER}; with {@link Aggregation#NONE} as the
 *     model names it
 * @param score the average probability of the label in the span, 0 to 1
 * @param start index of the span's first UTF-16 unit in the original text
 * @param end index after its last UTF-16 unit
 * @param text the original text from {@code start} to {@code end}
 */
public record Entity(String label, double score, int start, int end, String text) {}
