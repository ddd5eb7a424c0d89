package dev.litegraft.tflite;

import java.util.List;

/**
 * What clients that tokenize for BERT themselves, as MediaPipe, are told of a file's inputs.
 *
 * @param names what they call the inputs, in the graph's order
 * @param vocabulary the associated file with a token a line
 */
public record BertInputs(List<String> names, String vocabulary) {
  /** MediaPipe's names of ids, mask and token types. */
  public static final List<String> MEDIAPIPE_NAMES = List.of("ids", "mask", "segment_ids");

  public BertInputs {
    names = List.copyOf(names);
  }

  boolean isVocabulary(AssociatedFile file) {
    return file.name().equals(vocabulary);
  }
}
