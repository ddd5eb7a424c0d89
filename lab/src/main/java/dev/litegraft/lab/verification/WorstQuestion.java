package dev.litegraft.lab.verification;

import java.util.List;

/**
 * A question to which the file's answer is among the farthest from the checkpoint's.
 *
 * @param question what was asked: {@code 16 tokens}, or the text
 * @param tokens how many tokens it has
 * @param maxAbs the largest difference; infinite where the file answered NaN
 * @param kl the divergence in nats; of embeddings 1 − cosine
 * @param expected the checkpoint's label, or empty; of tokens how many labels there are
 * @param actual the file's label, or empty; of tokens how many of them differ
 * @param margin how sure the checkpoint was of a label that differs; 0 where none does
 * @param expectedNumbers the checkpoint's numbers, at most the first 16
 * @param actualNumbers the file's numbers, as many
 */
public record WorstQuestion(
    String question,
    int tokens,
    double maxAbs,
    double kl,
    String expected,
    String actual,
    double margin,
    List<Float> expectedNumbers,
    List<Float> actualNumbers) {}
