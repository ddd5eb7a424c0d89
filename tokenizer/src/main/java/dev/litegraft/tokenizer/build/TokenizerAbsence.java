package dev.litegraft.tokenizer.build;

/**
 * Why no {@code tokenizer.json} can be made of a folder. The model can be converted all the same;
 * the file then takes token ids.
 *
 * @param what what the folder has or lacks
 * @param remedy what to do
 */
public record TokenizerAbsence(String what, String remedy) {}
