package dev.litegraft;

import dev.litegraft.client.Suitability;
import dev.litegraft.facts.Task;
import dev.litegraft.model.EmbeddingHead;
import dev.litegraft.quantize.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a conversion made, and what of its input it did not use.
 *
 * @param source the checkpoint folder
 * @param target the file
 * @param family the model family
 * @param hfClass Hugging Face's class
 * @param task what the model does
 * @param recipe how weights are stored
 * @param keptInFloat paths of the matrices that stay in f32 although the recipe changes others
 * @param parameters numbers in the tensors that were used
 * @param sourceBytes bytes of the checkpoint's tensors
 * @param targetBytes bytes of the file
 * @param maxLength the longest text, in tokens
 * @param lengths static lengths; empty for a dynamic one
 * @param labels the labels in the order of the logits
 * @param head what makes an embedding of the tokens' vectors; absent where the model makes none
 * @param tokenizerEmbedded whether the tokenizer is inside the file
 * @param unusedTensors tensors of the checkpoint that no layer reads
 * @param unknownKeys keys of config.json that nothing reads and nobody knows
 * @param clients which programs run the file, and why others do not
 * @param notes what the user should know
 * @param seconds how long it took
 */
public record ConversionReport(
    Path source,
    Path target,
    String family,
    String hfClass,
    Task task,
    Recipe recipe,
    List<String> keptInFloat,
    long parameters,
    long sourceBytes,
    long targetBytes,
    int maxLength,
    List<Integer> lengths,
    List<String> labels,
    Optional<EmbeddingHead> head,
    boolean tokenizerEmbedded,
    List<String> unusedTensors,
    List<String> unknownKeys,
    List<Suitability> clients,
    List<String> notes,
    double seconds) {
  /** The same, of a conversion that took this long. */
  public ConversionReport withSeconds(double other) {
    return new ConversionReport(
        source,
        target,
        family,
        hfClass,
        task,
        recipe,
        keptInFloat,
        parameters,
        sourceBytes,
        targetBytes,
        maxLength,
        lengths,
        labels,
        head,
        tokenizerEmbedded,
        unusedTensors,
        unknownKeys,
        clients,
        notes,
        other);
  }
}
