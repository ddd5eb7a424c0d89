package dev.litegraft.checkpoint.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a family's checkpoints call the modules that every transformer has.
 *
 * @param heads modules whose rows are the labels, from the root: {@code score}
 * @param dense modules between the backbone and those, from the root: {@code bert.pooler.dense}
 * @param pooler a module that bare models are saved with and that embeddings do not read; empty
 *     where there is none
 * @param attention the modules of a layer that have the projections somewhere below them
 * @param query makes queries, from its attention module or its own parent; as the forward pass
 *     names it
 * @param key makes keys
 * @param value makes values
 * @param fused the one module that holds all three in the checkpoint, where one does
 * @param words the table of the vocabulary
 * @param positions the table of learned positions, where there is one
 * @param tokenTypes the table of token types, where there is one
 * @param transposed modules whose weight is stored [in, out], by their last names
 */
public record ModuleNames(
    List<String> heads,
    List<String> dense,
    Optional<String> pooler,
    List<String> attention,
    String query,
    String key,
    String value,
    Optional<String> fused,
    String words,
    Optional<String> positions,
    Optional<String> tokenTypes,
    Set<String> transposed) {
  /** As most decoder-only families have them. */
  public static final ModuleNames DECODER =
      new ModuleNames(
          List.of("score"),
          List.of(),
          Optional.empty(),
          List.of("self_attn"),
          "q_proj",
          "k_proj",
          "v_proj",
          Optional.empty(),
          "embed_tokens",
          Optional.empty(),
          Optional.empty(),
          Set.of());

  /** As most encoder-only families have them. */
  public static final ModuleNames ENCODER =
      new ModuleNames(
          List.of("classifier"),
          List.of(),
          Optional.of("pooler"),
          List.of("attention"),
          "query",
          "key",
          "value",
          Optional.empty(),
          "word_embeddings",
          Optional.of("position_embeddings"),
          Optional.of("token_type_embeddings"),
          Set.of());

  public ModuleNames {
    heads = List.copyOf(heads);
    dense = List.copyOf(dense);
    attention = List.copyOf(attention);
    transposed = Set.copyOf(transposed);
  }

  /** The same with RoBERTa's head, a layer before the one that makes the labels. */
  public ModuleNames withDenseHead() {
    return withHead(List.of("classifier.out_proj", "classifier"), List.of("classifier.dense"));
  }

  /** The same with other modules behind the backbone. */
  public ModuleNames withHead(List<String> ofLabels, List<String> before) {
    return new ModuleNames(
        ofLabels,
        before,
        pooler,
        attention,
        query,
        key,
        value,
        fused,
        words,
        positions,
        tokenTypes,
        transposed);
  }

  /** The same with other names in an attention module. */
  public ModuleNames withAttention(String module, String q, String k, String v) {
    return new ModuleNames(
        heads,
        dense,
        pooler,
        List.of(module),
        q,
        k,
        v,
        fused,
        words,
        positions,
        tokenTypes,
        transposed);
  }

  /** The same with a further attention module in a layer: a decoder's, that reads an encoder. */
  public ModuleNames withFurtherAttention(String module) {
    return new ModuleNames(
        heads,
        dense,
        pooler,
        Stream.concat(attention.stream(), Stream.of(module)).toList(),
        query,
        key,
        value,
        fused,
        words,
        positions,
        tokenTypes,
        transposed);
  }

  /** The same with one module that holds queries, keys and values. */
  public ModuleNames withFused(String module) {
    return new ModuleNames(
        heads,
        dense,
        pooler,
        attention,
        query,
        key,
        value,
        Optional.of(module),
        words,
        positions,
        tokenTypes,
        transposed);
  }

  /** The same with other tables of embeddings. */
  public ModuleNames withTables(
      String ofWords, Optional<String> ofPositions, Optional<String> ofTypes) {
    return new ModuleNames(
        heads,
        dense,
        pooler,
        attention,
        query,
        key,
        value,
        fused,
        ofWords,
        ofPositions,
        ofTypes,
        transposed);
  }

  /** The same with modules whose weights are stored [in, out]. */
  public ModuleNames withTransposed(String... modules) {
    return new ModuleNames(
        heads,
        dense,
        pooler,
        attention,
        query,
        key,
        value,
        fused,
        words,
        positions,
        tokenTypes,
        Set.of(modules));
  }

  /** Whether a module is behind the backbone. */
  public boolean isOfHead(String module) {
    return heads.contains(module) || isDense(module);
  }

  /** Whether a module of the head comes before the one that makes the logits. */
  public boolean isDense(String module) {
    return dense.contains(module);
  }

  /** Whether the rows of a tensor are the labels. */
  public boolean isOfLabels(String tensor) {
    return heads.stream().anyMatch(h -> tensor.equals(h + ".weight") || tensor.equals(h + ".bias"));
  }

  /** Whether a tensor is of what a class with labels adds to the backbone, labels or not. */
  public boolean isBesideLabels(String tensor) {
    return heads.stream()
        .map(head -> head.replaceFirst("\\..*", "."))
        .anyMatch(root -> tensor.startsWith(root.endsWith(".") ? root : root + "."));
  }

  /** Whether a tensor is of the module that bare models are saved with for nothing. */
  public boolean isOfPooler(String tensor) {
    return pooler.isPresent() && ("." + tensor).contains("." + pooler.get() + ".");
  }

  /** Whether a module is within an attention module. */
  public boolean isInAttention(String module) {
    return attention.stream().anyMatch(name -> ("." + module + ".").contains("." + name + "."));
  }

  /** Whether a module makes queries, keys or values. */
  public boolean isProjection(String module) {
    return Stream.of(query, key, value).anyMatch(name -> endsWith(module, name));
  }

  /** Whether a module is the table of the vocabulary. */
  public boolean isWords(String module) {
    return endsWith(module, words);
  }

  /** Whether a module is the table of learned positions. */
  public boolean isPositions(String module) {
    return positions.isPresent() && endsWith(module, positions.get());
  }

  /** Whether a module is the table of token types. */
  public boolean isTokenTypes(String module) {
    return tokenTypes.isPresent() && endsWith(module, tokenTypes.get());
  }

  /** Whether a module's weight is stored [in, out]. */
  public boolean isTransposed(String module) {
    return transposed.contains(module.substring(module.lastIndexOf('.') + 1));
  }

  private static boolean endsWith(String module, String name) {
    return module.equals(name) || module.endsWith("." + name);
  }
}
