package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code fix_mistral_regex}: large tokenizers of Mistral's that were saved with a wrong pattern get
 * the right one.
 *
 * <p>Source: {@code _patch_mistral_regex} of both versions.
 */
final class MistralPattern {
  private static final String RIGHT =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final Set<String> MISTRAL =
      Set.of("mistral", "mistral3", "voxtral", "ministral", "pixtral");
  private static final int LARGE = 100_000;

  private MistralPattern() {}

  /** Puts the right pattern in, where the arguments ask for it and the library does it. */
  static void apply(Draft draft, Folder folder, Arguments arguments, Library library) {
    if (!arguments.isTrue("fix_mistral_regex")
        || draft.preTokenizer == null
        || draft.vocabulary.size() <= LARGE
        || !concerns(folder, library)) {
      return;
    }
    if (draft.preTokenizer instanceof Map<?, ?> part
        && part.get("pretokenizers") instanceof List<?> all) {
      List<@Nullable Object> changed = new ArrayList<>(all);
      changed.set(0, Parts.split(RIGHT));
      draft.preTokenizer = Parts.part("Sequence", "pretokenizers", changed);
    } else if (library.major() >= 5) {
      Object kept =
          Keys.type(draft.preTokenizer).equals("Metaspace")
              ? Parts.byteLevel(false, true, false)
              : draft.preTokenizer;
      draft.preTokenizer = Parts.preTokenizers(Parts.split(RIGHT), kept);
    }
  }

  /** Whether the library takes the folder for one of Mistral's. */
  private static boolean concerns(Folder folder, Library library) {
    String version = Keys.text(folder.config, "transformers_version");
    String modelType = folder.modelType();
    boolean other = modelType != null && !MISTRAL.contains(modelType);
    if (version == null) {
      return true;
    }
    if (SavedBy.compare(version, "5.0.0") >= 0) {
      return false;
    }
    boolean old = library.major() >= 5 || SavedBy.compare(version, "4.57.2") <= 0;
    return !(old && other);
  }
}
