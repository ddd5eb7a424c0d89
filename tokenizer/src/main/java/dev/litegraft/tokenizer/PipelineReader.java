package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import dev.litegraft.tokenizer.pattern.Pattern;
import dev.litegraft.tokenizer.unicode.Normalization;
import dev.litegraft.tokenizer.unicode.Unicode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the small parts of {@code tokenizer.json}, all but the model.
 *
 * <p>Source: the {@code Deserialize} of each part of the tokenizers library.
 */
final class PipelineReader {
  /** A normalizer that makes a text longer than this many times is refused. */
  private static final double MOST_GROWTH = 10_000;

  /** Patterns that cut at every space between two solid characters. */
  private static final Set<String> WORD_PATTERNS =
      Set.of(
          // GPT-2, and as DeepSeek and others write it
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          // Llama 3
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          // Qwen 2
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          // o200k
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          " ",
          "\\s",
          "\\s+",
          " +",
          "\\S+");

  /** Patterns that find nothing but white space. */
  private static final Set<String> WHITE_SPACE =
      Set.of(
          " ", "\\s", "\\s+", " +", " {2,}", "\\s{2,}", "[\\r\\n]", "[\\n\\r\\t]", "\\n", "\\r\\n");

  /** Patterns whose matches have no single space between two solid characters in them. */
  private static final Set<String> LOCAL_PATTERNS =
      Set.of(
          " {2,}",
          "\\s{2,}",
          "[\\r\\n]",
          "[\\n\\r\\t]",
          "\\n",
          "\\r\\n",
          "\\p{N}{1,3}",
          "\\p{N}",
          "\\d",
          "[0-9]",
          "[0-9][0-9][0-9]",
          "\\p{P}");

  private final String where;

  PipelineReader(String where) {
    this.where = where;
  }

  static TokenizerException unknown(Fields fields, String what, String known) {
    return fields.refused(
        "its type is " + Fields.shown(fields.type()) + ", which is no " + what + " of " + known,
        "use a tokenizer of these parts, or ask for this one");
  }

  /** A normalizer, which cannot make a text too long. */
  @Nullable Normalizer normalizer(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    Fields fields = Fields.of(value, "normalizer", where);
    Normalizer normalizer = normalizer(fields);
    if (normalizer.growth() > MOST_GROWTH) {
      throw fields.refused(
          String.format(
              java.util.Locale.ROOT,
              "it can make a text %.0f times longer, where %.0f times is the most",
              normalizer.growth(),
              MOST_GROWTH),
          "take out Replace steps whose content is longer than their pattern");
    }
    return normalizer;
  }

  private Normalizer normalizer(Fields fields) {
    return switch (fields.type()) {
      case "BertNormalizer" -> {
        boolean lowercase = fields.bool("lowercase");
        yield new BertNormalizer(
            fields.bool("clean_text"),
            fields.bool("handle_chinese_chars"),
            fields.bool("strip_accents", lowercase),
            lowercase);
      }
      case "Strip" -> new Normalizer.Strip(fields.bool("strip_left"), fields.bool("strip_right"));
      case "StripAccents" -> new Normalizer.StripAccents();
      case "NFC" -> new Normalizer.Form(Normalization.NFC);
      case "NFD" -> new Normalizer.Form(Normalization.NFD);
      case "NFKC" -> new Normalizer.Form(Normalization.NFKC);
      case "NFKD" -> new Normalizer.Form(Normalization.NFKD);
      case "Sequence" -> {
        List<Normalizer> all = new ArrayList<>();
        for (Fields one : fields.all("normalizers")) {
          all.add(normalizer(one));
        }
        yield new Normalizer.Sequence(List.copyOf(all));
      }
      case "Lowercase" -> new Normalizer.Lowercase();
      case "Nmt" -> new Normalizer.Nmt();
      case "Precompiled" ->
          Charsmap.of(Charsmap.bytes(fields.string("precompiled_charsmap"), where), fields.where());
      case "Replace" -> replace(fields);
      case "Prepend" -> new Normalizer.Prepend(points(fields.string("prepend")));
      case "ByteLevel" -> new Normalizer.ByteLevel();
      default ->
          throw unknown(
              fields,
              "normalizer",
              "BertNormalizer, Strip, StripAccents, NFC, NFD, NFKC, NFKD, Sequence, Lowercase, Nmt,"
                  + " Precompiled, Replace, Prepend, ByteLevel");
    };
  }

  private static int[] points(String text) {
    return text.codePoints().toArray();
  }

  /** A pattern: a text that is looked for as it is, or a regular expression. */
  private record Found(Pattern pattern, String text, boolean literal) {
    boolean partsAtSpaces() {
      if (!literal) {
        return WORD_PATTERNS.contains(text) || LOCAL_PATTERNS.contains(text);
      }
      for (int i = 1; i < text.length(); i++) {
        char at = text.charAt(i);
        if ((at == ' ' || at == '\n') && TextReader.isSolid(text.charAt(i - 1))) {
          return false;
        }
      }
      return true;
    }

    /** Whether it finds no solid character. */
    boolean leavesSolid() {
      return literal ? text.chars().noneMatch(TextReader::isSolid) : WHITE_SPACE.contains(text);
    }
  }

  private Found pattern(Fields fields) {
    Fields pattern = fields.fields("pattern");
    if (pattern.has("String")) {
      String text = pattern.string("String");
      return new Found(Pattern.literal(text), text, true);
    }
    String regex = pattern.string("Regex");
    return new Found(Pattern.compile(regex, where + ", " + pattern.path()), regex, false);
  }

  private Normalizer replace(Fields fields) {
    Found found = pattern(fields);
    int shortest =
        found.literal
            ? found.text.codePointCount(0, found.text.length())
            : found.pattern.matcher(new int[0], 0, 0).find() ? 0 : 1;
    int[] content = points(fields.string("content"));
    boolean keepsSolid = found.leavesSolid() || TextReader.isSolid(content);
    return new Normalizer.Replace(
        found.pattern, content, shortest, keepsSolid && found.partsAtSpaces());
  }

  @Nullable PreTokenizer preTokenizer(@Nullable Object value) {
    return value == null ? null : preTokenizer(Fields.of(value, "pre_tokenizer", where));
  }

  private PreTokenizer preTokenizer(Fields fields) {
    return switch (fields.type()) {
      case "BertPreTokenizer" -> new PreTokenizer.Bert();
      case "ByteLevel" -> {
        boolean ignored = fields.bool("trim_offsets");
        yield new PreTokenizer.ByteLevel(
            fields.bool("add_prefix_space"), fields.bool("use_regex", true));
      }
      case "CharDelimiterSplit" -> {
        int delimiter = fields.character("delimiter");
        yield new PreTokenizer.CharacterSplit(
            point -> point == delimiter,
            Behavior.REMOVED,
            delimiter == ' ' ? PreTokenizer.AtSpaces.CUTS : PreTokenizer.AtSpaces.IGNORES);
      }
      case "Metaspace" -> metaspace(fields);
      case "Whitespace" -> new PreTokenizer.Whitespace();
      case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
      case "Sequence" -> {
        List<PreTokenizer> all = new ArrayList<>();
        for (Fields one : fields.all("pretokenizers")) {
          all.add(preTokenizer(one));
        }
        yield new PreTokenizer.Sequence(List.copyOf(all));
      }
      case "Split" -> split(fields);
      case "Punctuation" ->
          new PreTokenizer.CharacterSplit(
              Unicode::isPunctuation,
              fields.has("behavior") ? behavior(fields) : Behavior.ISOLATED,
              PreTokenizer.AtSpaces.IGNORES);
      case "Digits" ->
          new PreTokenizer.CharacterSplit(
              Unicode::isNumeric,
              fields.bool("individual_digits") ? Behavior.ISOLATED : Behavior.CONTIGUOUS,
              PreTokenizer.AtSpaces.IGNORES);
      case "UnicodeScripts" -> new PreTokenizer.Scripts();
      case "FixedLength" -> {
        int length = fields.natural("length", 5);
        if (length == 0) {
          throw fields.refused(
              "its pieces have a length of 0, and at least 1 is needed",
              "in a copy of the file, set length to 1 or more");
        }
        yield new PreTokenizer.FixedLength(length);
      }
      default ->
          throw unknown(
              fields,
              "pre-tokenizer",
              "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Metaspace, Whitespace,"
                  + " WhitespaceSplit, Sequence, Split, Punctuation, Digits, UnicodeScripts,"
                  + " FixedLength");
    };
  }

  private static Behavior behavior(Fields fields) {
    return fields.oneOf(
        "behavior",
        List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"),
        List.of(
            Behavior.REMOVED,
            Behavior.ISOLATED,
            Behavior.MERGED_WITH_PREVIOUS,
            Behavior.MERGED_WITH_NEXT,
            Behavior.CONTIGUOUS));
  }

  private PreTokenizer split(Fields fields) {
    Found found = pattern(fields);
    PreTokenizer.AtSpaces atSpaces =
        WORD_PATTERNS.contains(found.text)
            ? PreTokenizer.AtSpaces.CUTS
            : found.partsAtSpaces() ? PreTokenizer.AtSpaces.IGNORES : PreTokenizer.AtSpaces.SEES;
    return new PreTokenizer.PatternSplit(
        found.pattern, behavior(fields), fields.bool("invert"), atSpaces);
  }

  private static PreTokenizer.Metaspace metaspace(Fields fields) {
    PreTokenizer.Metaspace.Prefix prefix =
        fields.object().containsKey("prepend_scheme")
            ? fields.oneOf(
                "prepend_scheme",
                List.of("first", "never", "always"),
                List.of(
                    PreTokenizer.Metaspace.Prefix.FIRST,
                    PreTokenizer.Metaspace.Prefix.NEVER,
                    PreTokenizer.Metaspace.Prefix.ALWAYS))
            : PreTokenizer.Metaspace.Prefix.ALWAYS;
    if (!fields.bool("add_prefix_space", true) && prefix != PreTokenizer.Metaspace.Prefix.NEVER) {
      throw fields.refused(
          "add_prefix_space is false, and prepend_scheme is not \"never\"",
          "in a copy of the file, set prepend_scheme to \"never\", or add_prefix_space to true");
    }
    return new PreTokenizer.Metaspace(
        fields.character("replacement"), prefix, fields.bool("split", true));
  }

  @Nullable Decoder decoder(@Nullable Object value) {
    return value == null ? null : decoder(Fields.of(value, "decoder", where));
  }

  private Decoder decoder(Fields fields) {
    return switch (fields.type()) {
      case "BPEDecoder" -> new Decoder.Bpe(fields.string("suffix"));
      case "ByteLevel" -> {
        boolean ignored = fields.bool("add_prefix_space") || fields.bool("trim_offsets");
        yield new Decoder.ByteLevel();
      }
      case "WordPiece" -> new Decoder.WordPiece(fields.string("prefix"), fields.bool("cleanup"));
      case "Metaspace" -> {
        PreTokenizer.Metaspace metaspace = metaspace(fields);
        yield new Decoder.Metaspace(
            metaspace.mark(), metaspace.prefix() != PreTokenizer.Metaspace.Prefix.NEVER);
      }
      case "CTC" ->
          new Decoder.Ctc(
              fields.string("pad_token"),
              fields.string("word_delimiter_token"),
              fields.bool("cleanup"));
      case "Sequence" -> {
        List<Decoder> all = new ArrayList<>();
        for (Fields one : fields.all("decoders")) {
          all.add(decoder(one));
        }
        yield new Decoder.Sequence(List.copyOf(all));
      }
      case "Replace" -> new Decoder.Replace(pattern(fields).pattern, fields.string("content"));
      case "Fuse" -> new Decoder.Fuse();
      case "Strip" ->
          new Decoder.Strip(
              fields.character("content"), fields.natural("start"), fields.natural("stop"));
      case "ByteFallback" -> new Decoder.ByteFallback();
      default ->
          throw unknown(
              fields,
              "decoder",
              "BPEDecoder, ByteLevel, WordPiece, Metaspace, CTC, Sequence, Replace, Fuse, Strip,"
                  + " ByteFallback");
    };
  }

  List<AddedTokens.AddedToken> addedTokens(@Nullable Object value) {
    List<AddedTokens.AddedToken> tokens = new ArrayList<>();
    if (value == null) {
      return tokens;
    }
    if (!(value instanceof List<?> list)) {
      throw new Fields(Map.of(), "added_tokens", where).refused("it is not a list");
    }
    for (Object one : list) {
      Fields token = Fields.of(one, "added_tokens[" + tokens.size() + "]", where);
      int ignored = token.natural("id");
      tokens.add(
          new AddedTokens.AddedToken(
              token.string("content"),
              token.bool("single_word"),
              token.bool("lstrip"),
              token.bool("rstrip"),
              token.bool("normalized"),
              token.bool("special")));
    }
    return tokens;
  }
}
