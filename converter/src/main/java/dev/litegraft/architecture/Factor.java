package dev.litegraft.architecture;

/**
 * A setting by which a family multiplies what others leave alone.
 *
 * @param key its key in config.json
 * @param none the value that means that nothing is multiplied: a number, or whether it is done
 */
public record Factor(String key, Object none) {}
