package dev.litegraft.client;

/**
 * Why a client does not run a file.
 *
 * @param what what is in the file, and what the client takes
 * @param remedy what would help
 */
public record Obstacle(String what, String remedy) {}
