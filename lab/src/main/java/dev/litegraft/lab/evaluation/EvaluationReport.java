package dev.litegraft.lab.evaluation;

import java.util.List;
import java.util.Optional;

/**
 * What files are worth on data, and how they differ from the first.
 *
 * @param task what was asked: {@code classification} …
 * @param items what one item is called, in the plural
 * @param rows how many items there were
 * @param mainMeasure the measure that is meant where one is meant; absent without labels
 * @param labels of the model; empty where it has none
 * @param files the files, the one that others are compared with first
 * @param manifest what it was made with
 * @param seconds how long it took
 */
public record EvaluationReport(
    String task,
    String items,
    int rows,
    Optional<String> mainMeasure,
    List<String> labels,
    List<FileReport> files,
    Manifest manifest,
    double seconds) {}
