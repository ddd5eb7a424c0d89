package dev.litegraft.runtime;

/**
 * How much a token of the vocabulary says of a text.
 *
 * @param token as the vocabulary writes it: {@code ##s}, {@code Ġword}
 * @param id its id
 * @param weight above 0
 */
public record SparseWeight(String token, int id, float weight) {}
