package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataFile;

/**
 * Which texts of a corpus are relevant for which queries.
 *
 * @param queries the queries, with the columns {@code id} and {@code text}
 * @param judgements a row for each query and text that were judged, with the columns {@code
 *     query-id}, {@code corpus-id} and {@code score}, as BEIR has them
 */
public record Relevance(DataFile queries, DataFile judgements) {}
