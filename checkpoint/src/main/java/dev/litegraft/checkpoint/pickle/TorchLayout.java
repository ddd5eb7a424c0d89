package dev.litegraft.checkpoint.pickle;

import java.util.Map;

/**
 * What a file of torch's holds, whichever of its two layouts it is in.
 *
 * @param content what was saved
 * @param storages by their keys
 * @param swapped whether the first byte of a number is the highest
 */
record TorchLayout(Object content, Map<String, TorchStorage> storages, boolean swapped) {}
