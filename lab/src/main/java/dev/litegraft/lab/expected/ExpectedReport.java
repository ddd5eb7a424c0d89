package dev.litegraft.lab.expected;

import java.util.Optional;

/**
 * How our reading of a folder compares with recorded answers.
 *
 * @param match whether ids, numbers and their meaning are the recorded ones
 * @param answers how many were compared
 * @param maxAbs the largest difference of a number, relative above 1; 0 where the ids differ
 * @param verdict one sentence
 * @param where the file and the line, for a difference
 * @param explanation the setting or rule that explains a difference; absent where none does
 */
public record ExpectedReport(
    boolean match,
    int answers,
    double maxAbs,
    String verdict,
    String where,
    Optional<String> explanation) {}
