package dev.litegraft.lab.diagnosis;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * A setting with a continuous value, which is fitted.
 *
 * @param setting the key in config.json, or a documented word
 * @param own the checkpoint's value; a fault may be a small step away from it
 * @param from the smallest value that is tried, above 0
 * @param to the largest value that is tried
 * @param wellKnown values that tools really use; tried first
 * @param at the hypothesis that the file has this value
 */
record Dial(
    String setting,
    double own,
    double from,
    double to,
    List<Double> wellKnown,
    DoubleFunction<Hypothesis> at) {}
