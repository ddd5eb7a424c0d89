package dev.litegraft.lab.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What files are worth on data, and how they differ from the first.
 *
 * @param task what was asked: {@code classification} …
 * @param items what one item is called, in the plural
 * @param rows how many items there were
 * @param judged of how many of those it is known what is right, where that may be fewer: of queries
 *     those with a relevant text, of which alone the measures are
 * @param mainMeasure the measure that is meant where one is meant; absent without labels
 * @param notes what a reader of the numbers is to know of how the data were taken: a sentence each,
 *     files by their letters, {@code A} the first
 * @param labels of the model; empty where it has none
 * @param files the files, the one that others are compared with first
 * @param manifest what it was made with
 * @param seconds how long it took
 */
public record EvaluationReport(
    String task,
    String items,
    int rows,
    OptionalInt judged,
    Optional<String> mainMeasure,
    List<String> notes,
    List<String> labels,
    List<FileReport> files,
    Manifest manifest,
    double seconds) {}
