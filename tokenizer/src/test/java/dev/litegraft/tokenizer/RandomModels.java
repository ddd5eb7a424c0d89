package dev.litegraft.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Models of {@code tokenizer.json} with vocabularies that fit badly, for {@link RandomTokenizers}.
 */
final class RandomModels {
  private final Random random;

  RandomModels(Random random) {
    this.random = random;
  }

  private boolean chance(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** The next model. */
  String next() {
    return switch (random.nextInt(7)) {
      case 0, 1 -> wordPiece();
      case 2 -> wordLevel();
      case 3, 4 -> unigram();
      default -> bpe();
    };
  }

  private List<String> alphabet() {
    Set<String> all = new LinkedHashSet<>();
    String few = "abcdefghijklmnopqrstuvwxyz ABCDEFGHTIJKL0123456789.,'-_!▁éüöïąΣσ日本語中文ーカひ한국어🙂𠀀";
    few.codePoints()
        .forEach(
            p -> {
              if (!chance(5)) {
                all.add(Character.toString(p));
              }
            });
    if (chance(2)) {
      for (int b = 0; b < 256; b++) {
        all.add(Character.toString(ByteCharacters.of(b)));
      }
    }
    return new ArrayList<>(all);
  }

  private String word(List<String> alphabet) {
    StringBuilder word = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      word.append(pick(alphabet));
    }
    return chance(3)
        ? pick(List.of("the", "Token", "izer", "on", "do", "abc", "▁the", "Ġthe"))
        : word.toString();
  }

  private String wordPiece() {
    String prefix = pick(List.of("##", "##", "@@", ""));
    Set<String> vocabulary = new LinkedHashSet<>(List.of("[UNK]", "[CLS]", "[SEP]"));
    List<String> alphabet = alphabet();
    for (String letter : alphabet) {
      vocabulary.add(letter);
      if (!chance(4)) {
        vocabulary.add(prefix + letter);
      }
    }
    for (int i = 0; i < 200; i++) {
      vocabulary.add((chance(2) ? prefix : "") + word(alphabet));
    }
    return "{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\""
        + prefix
        + "\",\"max_input_chars_per_word\":"
        + pick(List.of(100, 100, 5))
        + ",\"vocab\":"
        + object(vocabulary)
        + "}";
  }

  private String wordLevel() {
    Set<String> vocabulary = new LinkedHashSet<>(List.of("<unk>"));
    List<String> alphabet = alphabet();
    vocabulary.addAll(alphabet);
    for (int i = 0; i < 100; i++) {
      vocabulary.add(word(alphabet));
    }
    return "{\"type\":\"WordLevel\",\"vocab\":" + object(vocabulary) + ",\"unk_token\":\"<unk>\"}";
  }

  private String unigram() {
    Set<String> pieces = new LinkedHashSet<>(List.of("<unk>"));
    List<String> alphabet = alphabet();
    for (String letter : alphabet) {
      if (!chance(5)) {
        pieces.add(letter);
      }
    }
    boolean bytes = chance(2);
    if (bytes) {
      boolean some = chance(3);
      for (int b = 0; b < 256; b++) {
        if (!some || !chance(4)) {
          pieces.add(Bpe.byteToken(b));
        }
      }
    }
    for (int i = 0; i < 200; i++) {
      pieces.add(word(alphabet));
    }
    StringBuilder list = new StringBuilder();
    for (String piece : pieces) {
      list.append(list.length() > 0 ? "," : "")
          .append("[")
          .append(RandomTokenizers.quoted(piece))
          .append(",")
          .append(chance(3) ? -random.nextInt(6) : -random.nextDouble() * 12)
          .append("]");
    }
    return "{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":["
        + list
        + "],\"byte_fallback\":"
        + bytes
        + "}";
  }

  private String bpe() {
    boolean fallback = chance(3);
    String prefix = chance(5) ? "##" : "";
    String suffix = chance(5) ? "</w>" : "";
    Set<String> vocabulary = new LinkedHashSet<>();
    boolean unknown = chance(2);
    if (unknown) {
      vocabulary.add("<unk>");
    }
    List<String> alphabet = alphabet();
    List<String> first = new ArrayList<>(); // tokens that a word may begin with
    List<String> within = new ArrayList<>();
    for (String letter : alphabet) {
      for (String before : prefix.isEmpty() ? List.of("") : List.of("", prefix)) {
        for (String after : suffix.isEmpty() ? List.of("") : List.of("", suffix)) {
          if (!chance(6)) {
            String token = before + letter + after;
            vocabulary.add(token);
            (before.isEmpty() ? first : within).add(token);
            if (prefix.isEmpty()) {
              within.add(token);
            }
          }
        }
      }
    }
    if (fallback) {
      boolean some = chance(3);
      for (int b = 0; b < 256; b++) {
        if (!some || !chance(4)) {
          vocabulary.add(Bpe.byteToken(b));
        }
      }
    }
    Map<String, String> merges = new LinkedHashMap<>();
    for (int i = 0; i < 300 && !within.isEmpty(); i++) {
      boolean begins = chance(2);
      String left = pick(begins ? first : within);
      String right = pick(within);
      if ((left.endsWith("</w>") && !suffix.isEmpty())
          || left.contains(" ")
          || right.contains(" ")) {
        continue;
      }
      String joined = left + right.substring(prefix.length());
      merges.put(
          left + " " + right, RandomTokenizers.quoted(left) + "," + RandomTokenizers.quoted(right));
      vocabulary.add(joined);
      (begins ? first : within).add(joined);
      if (prefix.isEmpty()) {
        within.add(joined);
      }
    }
    StringBuilder list = new StringBuilder();
    boolean old = chance(2);
    for (Map.Entry<String, String> merge : merges.entrySet()) {
      list.append(list.length() > 0 ? "," : "")
          .append(old ? RandomTokenizers.quoted(merge.getKey()) : "[" + merge.getValue() + "]");
    }
    return "{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":"
        + (unknown ? "\"<unk>\"" : "null")
        + ",\"continuing_subword_prefix\":"
        + (prefix.isEmpty() ? "null" : RandomTokenizers.quoted(prefix))
        + ",\"end_of_word_suffix\":"
        + (suffix.isEmpty() ? "null" : RandomTokenizers.quoted(suffix))
        + ",\"fuse_unk\":"
        + chance(2)
        + ",\"byte_fallback\":"
        + fallback
        + ",\"ignore_merges\":"
        + chance(3)
        + ",\"vocab\":"
        + object(vocabulary)
        + ",\"merges\":["
        + list
        + "]}";
  }

  private static String object(Set<String> vocabulary) {
    StringBuilder object = new StringBuilder("{");
    int id = 0;
    for (String token : vocabulary) {
      object
          .append(id > 0 ? "," : "")
          .append(RandomTokenizers.quoted(token))
          .append(":")
          .append(id++);
    }
    return object.append("}").toString();
  }
}
