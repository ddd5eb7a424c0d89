package dev.litegraft.tokenizer.build;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the class that {@code AutoTokenizer} takes for a folder.
 *
 * <p>Source: {@code transformers/models/auto/tokenization_auto.py}.
 */
final class ClassChoice {
  private static final Set<String> WITHOUT_RULES =
      Set.of(
          "TokenizersBackend", "PythonBackend", "PreTrainedTokenizerFast", "MistralCommonBackend");

  private ClassChoice() {}

  static ChosenClass of(Library library, Folder folder) {
    String named = Keys.text(folder.tokenizerConfig, "tokenizer_class");
    String because = "tokenizer_class of tokenizer_config.json";
    if (named == null || named.isEmpty()) {
      named = Keys.text(folder.config, "tokenizer_class");
      because = "tokenizer_class of config.json";
    }
    String ofModel = library.classOfModel(folder.modelType());
    if (named == null || named.isEmpty()) {
      return found(
          library,
          library.classOfConfiguration(folder.modelType()),
          "model_type \"" + folder.modelType() + "\" of config.json");
    }
    if (library.major() >= 5
        && ofModel != null
        && !TokenizerClass.withoutFast(ofModel).equals(TokenizerClass.withoutFast(named))) {
      return unlikeModel(library, folder, named, TokenizerClass.withoutFast(ofModel), because);
    }
    return found(library, named, because);
  }

  /** Version 5, where the folder names another class than its model type has. */
  private static ChosenClass unlikeModel(
      Library library, Folder folder, String named, String ofModel, String because) {
    if (!WITHOUT_RULES.contains(ofModel)) {
      boolean doubted = library.doubtsClassOf(folder.modelType());
      TokenizerClass found = library.named(doubted ? ofModel : named);
      if (found != null && !WITHOUT_RULES.contains(found.name())) {
        return new ChosenClass(
            found,
            doubted ? "model_type of config.json, which version 5 believes more" : because,
            Optional.empty());
      }
    }
    return new ChosenClass(
        library.plain(),
        because
            + " is \""
            + named
            + "\", for whose model_type version 5 takes tokenizer.json as it is",
        Optional.empty());
  }

  private static ChosenClass found(Library library, @Nullable String name, String because) {
    TokenizerClass found = name == null ? null : library.named(name);
    if (found == null || found.name().equals("PythonBackend")) {
      return new ChosenClass(
          library.plain(), because, Optional.ofNullable(found == null ? name : null));
    }
    return new ChosenClass(found, because, Optional.empty());
  }
}
