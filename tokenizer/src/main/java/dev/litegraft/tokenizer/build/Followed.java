package dev.litegraft.tokenizer.build;

import java.util.Optional;
import java.util.Set;

/**
 * The classes whose rules are followed here, each held against the library by recorded cases.
 * Others, most of translation models, change {@code tokenizer.json} in ways that are not known
 * here.
 */
final class Followed {
  private static final Set<String> BY_BOTH =
      Set.of(
          "PreTrainedTokenizerFast",
          "TokenizersBackend",
          "AlbertTokenizer",
          "BarthezTokenizer",
          "BartTokenizer",
          "BertJapaneseTokenizer",
          "BertTokenizer",
          "BigBirdTokenizer",
          "BlenderbotTokenizer",
          "BloomTokenizer",
          "CamembertTokenizer",
          "CodeGenTokenizer",
          "CodeLlamaTokenizer",
          "CohereTokenizer",
          "ConvBertTokenizer",
          "DPRContextEncoderTokenizer",
          "DPRQuestionEncoderTokenizer",
          "DPRReaderTokenizer",
          "DebertaTokenizer",
          "DebertaV2Tokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "EsmTokenizer",
          "FNetTokenizer",
          "FunnelTokenizer",
          "GPT2Tokenizer",
          "GPTNeoXTokenizer",
          "GemmaTokenizer",
          "HerbertTokenizer",
          "LEDTokenizer",
          "LayoutLMTokenizer",
          "LlamaTokenizer",
          "LongformerTokenizer",
          "LukeTokenizer",
          "LxmertTokenizer",
          "MLukeTokenizer",
          "MPNetTokenizer",
          "MT5Tokenizer",
          "MobileBertTokenizer",
          "MvpTokenizer",
          "Qwen2Tokenizer",
          "RealmTokenizer",
          "RemBertTokenizer",
          "RetriBertTokenizer",
          "RobertaTokenizer",
          "SqueezeBertTokenizer",
          "T5Tokenizer",
          "XLMRobertaTokenizer",
          "XLNetTokenizer");
  private static final Set<String> BY_FOUR_ONLY =
      Set.of("RemBertTokenizer", "BlenderbotTokenizer", "LukeTokenizer", "MLukeTokenizer");

  private Followed() {}

  /** A sentence where a class's own rules are not followed. */
  static Optional<String> doubt(TokenizerClass tokenizerClass, Library library) {
    String name = tokenizerClass.name();
    boolean followed =
        BY_BOTH.contains(name) && (library.major() == 4 || !BY_FOUR_ONLY.contains(name));
    return followed
        ? Optional.empty()
        : Optional.of(
            "the rules of "
                + name
                + " of transformers "
                + library.major()
                + " are not known here: tokenizer.json was taken as it is, and may give other ids"
                + " than the library; compare with recorded answers");
  }
}
