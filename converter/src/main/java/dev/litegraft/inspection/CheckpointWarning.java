package dev.litegraft.inspection;

/**
 * Something about a checkpoint that is risky to convert.
 *
 * @param setting the key of config.json, {@code tensors}, or {@code head}
 * @param what what is risky, with the values
 * @param remedy what to do about it
 */
public record CheckpointWarning(String setting, String what, String remedy) {}
