package dev.litegraft.tokenizer.build;

import java.util.regex.Pattern;

/** Recorded cases that are not built yet. */
final class OpenCases {
  private static final Pattern OPEN =
      Pattern.compile(
          ".*(-vocab|-files|spm-).*|added-7|added-json-only|bart-json.*|.*CodeLlama.*|cohere-.*"
              + "|pieces-(mbart|mt5|t5|pegasus|xglm|barthez|big_bird|rembert).*|electra-Electra.*"
              + "|gpt_neox-json-3|olmo-json-3|layoutlm-.*|longformer-json.*|phi-json.*");

  private OpenCases() {}

  static boolean of(int version, String id) {
    return OPEN.matcher(id).matches();
  }
}
