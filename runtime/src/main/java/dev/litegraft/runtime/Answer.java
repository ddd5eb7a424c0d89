package dev.litegraft.runtime;

/**
 * A span of a context that answers a question.
 *
 * @param text the context from {@code start} to {@code end}; empty where the answer is that the
 *     context has none
 * @param score its probability among all spans; of a span that is found several times the sum
 * @param start index of its first UTF-16 unit in the context
 * @param end index after its last UTF-16 unit
 */
public record Answer(String text, double score, int start, int end) {}
