package dev.litegraft.tokenizer.build;

import java.util.Optional;

/**
 * The class that {@code AutoTokenizer} takes for a folder.
 *
 * @param tokenizerClass the class
 * @param because what named it, for the user
 * @param unknown a name that this version of the library does not know
 */
record ChosenClass(TokenizerClass tokenizerClass, String because, Optional<String> unknown) {}
