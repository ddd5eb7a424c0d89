package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.List;

/**
 * Classes that people use and that cannot be converted, with the reason.
 *
 * @param name how Hugging Face calls the class, or how all of its classes begin
 * @param why what stands in the way
 * @param remedy what to try
 */
record UnreadClass(String name, String why, String remedy) {
  private static final List<UnreadClass> ALL =
      List.of(
          new UnreadClass(
              "NVEmbed",
              "makes a text's vector by attention over vectors that were trained (latent attention)",
              "use another embedder of its publisher, llama-embed-nemotron or llama-nemotron-embed,"
                  + " which converts"),
          new UnreadClass(
              "HHEMv2",
              "has its sizes and its tokenizer from another model (foundation), which the folder"
                  + " does not hold",
              "use a classifier of text pairs that holds all of itself, as those for natural"
                  + " language inference: litegraft classify FILE TEXT --pair TEXT"),
          new UnreadClass(
              "SubwordXLM",
              "says of each token how likely a sentence ends behind it, which is no label; its"
                  + " tokenizer is another model's, and wtpsplit puts windows of it together",
              "use wtpsplit, or a model that tags punctuation, which litegraft classify reads"),
          new UnreadClass(
              "GLiNER",
              "compares spans of a text with labels that it reads in the same row, which no class"
                  + " of transformers does",
              "use a model that was trained for its labels (…ForTokenClassification), or litegraft"
                  + " classify --labels with a model for natural language inference"),
          new UnreadClass(
              "Funnel",
              "makes fewer tokens of a text from block to block, which no layer here does",
              "use a classifier of another family: `litegraft families` lists them"),
          new UnreadClass(
              "Canine",
              "reads hashes of characters, which no tokenizer here makes",
              "use a classifier of another family: `litegraft families` lists them"),
          new UnreadClass(
              "Nystromformer",
              "computes attention by landmarks, which no layer here does",
              "use a classifier of another family: `litegraft families` lists them"));

  /**
   * Refuses a folder whose class is one of these, whether or not it has Python code of its own.
   *
   * @throws InvalidCheckpointException if it is
   */
  static void require(HfConfig config) {
    if (!(config.value("architectures") instanceof List<?> names) || names.isEmpty()) {
      return;
    }
    String hfClass = String.valueOf(names.get(0));
    for (UnreadClass known : ALL) {
      if (hfClass.startsWith(known.name)) {
        throw new InvalidCheckpointException(
            hfClass + " " + known.why, config.where() + ", architectures", known.remedy);
      }
    }
  }
}
