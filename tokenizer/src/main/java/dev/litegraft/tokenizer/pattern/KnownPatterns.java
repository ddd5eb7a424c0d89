package dev.litegraft.tokenizer.pattern;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The patterns of well-known tokenizers, recognised by their text. */
final class KnownPatterns {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SIGNS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
  private static final String LETTERS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String CASED_SIGNS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";

  /** cl100k as OpenAI writes it. */
  private static final String CL100K =
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";

  private static final String O200K =
      PREFIX
          + UPPER
          + "*"
          + LOWER
          + "+"
          + CONTRACTIONS
          + "?|"
          + PREFIX
          + UPPER
          + "+"
          + LOWER
          + "*"
          + CONTRACTIONS
          + "?|\\p{N}{1,3}"
          + CASED_SIGNS
          + SPACES;

  private static final String TEKKEN =
      PREFIX
          + UPPER
          + "*"
          + LOWER
          + "+|"
          + PREFIX
          + UPPER
          + "+"
          + LOWER
          + "*|\\p{N}"
          + CASED_SIGNS
          + SPACES;

  private static final String DEEPSEEK =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?"
          + "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
          + SPACES;

  /** Those whose words may hold marks: Qwen 3.5 and its like. */
  private static final String MARKED =
      CONTRACTIONS
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+"
          + "[\\r\\n]*"
          + SPACES;

  private static final Map<String, Pattern> PATTERNS =
      Map.of(
          Scanner.Gpt2.REGEX,
          new Scanner.Gpt2(),
          CONTRACTIONS + LETTERS + "|\\p{N}{1,3}" + SIGNS + SPACES, // Llama 3
          new Scanner.Words(Kinds.LETTER, 3),
          CONTRACTIONS + LETTERS + "|\\p{N}" + SIGNS + SPACES, // Qwen 2
          new Scanner.Words(Kinds.LETTER, 1),
          MARKED,
          new Scanner.Words(Kinds.LETTER | Kinds.MARK, 1),
          CL100K,
          new Scanner.Words(Kinds.LETTER, 3),
          O200K,
          new Scanner.CasedWords(true, 3),
          TEKKEN,
          new Scanner.CasedWords(false, 1),
          DEEPSEEK,
          new Scanner.DeepSeek());

  private KnownPatterns() {}

  /** The scanner of a pattern, or null if it is not known. */
  static @Nullable Pattern of(String regex) {
    return PATTERNS.get(regex);
  }

  /** The scanner of a pattern that is a run of one set, or null. */
  static @Nullable Pattern of(Node root) {
    if (Compiler.single(root) instanceof Node.Chars chars) {
      return new Scanner.Run(chars.set(), 1, 1);
    }
    if (root instanceof Node.Repeat repeat
        && Compiler.single(repeat.body()) instanceof Node.Chars chars
        && repeat.greedy()
        && repeat.min() > 0) {
      return new Scanner.Run(chars.set(), repeat.min(), repeat.max());
    }
    return null;
  }
}
