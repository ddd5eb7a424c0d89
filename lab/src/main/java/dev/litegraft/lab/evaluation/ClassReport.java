package dev.litegraft.lab.evaluation;

/**
 * How well one class is answered.
 *
 * @param label its name
 * @param precision of the rows that were taken for it the part that is of it
 * @param recall of the rows that are of it the part that was taken for it
 * @param f1 their harmonic mean
 * @param support how many rows are of it
 */
public record ClassReport(String label, double precision, double recall, double f1, long support) {}
