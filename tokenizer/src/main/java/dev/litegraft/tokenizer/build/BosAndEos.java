package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The template of classes that put a first and a last token around each text, or one of them. */
final class BosAndEos {
  private BosAndEos() {}

  static void apply(Draft draft, SpecialTokens tokens, boolean first, boolean last) {
    String bos = tokens.text("bos_token").orElse("");
    String eos = tokens.text("eos_token").orElse("");
    boolean addBos = first && !bos.isEmpty();
    boolean addEos = last && !eos.isEmpty();
    List<String> single = around("$A", 0, addBos, bos, addEos, eos);
    List<String> pair = new ArrayList<>(single);
    pair.addAll(around("$B", 1, addBos, bos, addEos, eos));
    Map<String, Integer> ids = new LinkedHashMap<>();
    put(ids, addBos, bos, tokens, draft);
    put(ids, addEos, eos, tokens, draft);
    draft.postProcessor = Parts.template(single, pair, ids);
  }

  private static void put(
      Map<String, Integer> ids, boolean add, String token, SpecialTokens tokens, Draft draft) {
    Integer id = add ? tokens.idOf(token, draft) : null;
    if (id != null) {
      ids.put(token, id);
    }
  }

  private static List<String> around(
      String text, int type, boolean addBos, String bos, boolean addEos, String eos) {
    List<String> all = new ArrayList<>();
    if (addBos) {
      all.add(bos + ":" + type);
    }
    all.add(text + ":" + type);
    if (addEos) {
      all.add(eos + ":" + type);
    }
    return all;
  }
}
