/**
 * Which tokenizer a model's folder means: the one that transformers' {@code AutoTokenizer} would
 * build of its files, written down as one {@code tokenizer.json} with its settings.
 *
 * <p>{@link dev.litegraft.tokenizer.build.DecidedTokenizer} is the door. Transformers 4 loads
 * {@code tokenizer.json} and patches it with the class's arguments; transformers 5 builds many
 * classes anew and takes little more than the vocabulary from the file. Both are followed step by
 * step, on a {@link dev.litegraft.tokenizer.build.Draft}; what the two versions know of their
 * classes was recorded from them ({@code transformers-4.json}, {@code transformers-5.json}).
 */
@NullMarked
package dev.litegraft.tokenizer.build;

import org.jspecify.annotations.NullMarked;
