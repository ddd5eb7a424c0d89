package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Reranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a language model reads that judges a text: its template with a query and the text in it. */
final class AskedRow {
  private static final Pattern PLACE =
      Pattern.compile(
          "\\{(instruction|query|document)\\}"); // in one pass: texts may have these words in them

  private AskedRow() {}

  /**
   * The tokens.
   *
   * @param most how many there may be; of the document's segment the end is cut
   * @param where the file, for messages
   * @throws InvalidRequestException if the query leaves no room for a text
   */
  static Encoding of(
      Tokenizer tokenizer,
      Reranking asked,
      String instruction,
      String query,
      String document,
      int most,
      String where) {
    List<int[]> segments = new ArrayList<>();
    int cuttable = -1;
    int least = 0;
    for (String segment : asked.segments()) {
      String own = withoutEmpty(segment, instruction);
      if (own.contains(Reranking.DOCUMENT)) {
        cuttable = segments.size();
        least = tokenizer.plainIds(filled(own, instruction, query, "")).length;
      }
      segments.add(tokenizer.plainIds(filled(own, instruction, query, document)));
    }
    int all = segments.stream().mapToInt(ids -> ids.length).sum();
    int cut = Math.max(0, all - most);
    if (cut > 0) {
      int others = all - segments.get(cuttable).length;
      if (others + least >= most) {
        throw new InvalidRequestException(
            "the query and the template have "
                + (others + least)
                + " tokens, and the model reads "
                + most
                + ": nothing is left for a text",
            where,
            "shorten the query or the instruction, or convert again with a larger --max-length");
      }
      segments.set(cuttable, Arrays.copyOf(segments.get(cuttable), most - others));
    }
    int[] ids = segments.stream().flatMapToInt(Arrays::stream).toArray();
    int count = ids.length;
    int[] outside = new int[count];
    Arrays.fill(outside, -1);
    return new Encoding(
        ids,
        new int[count],
        new int[count],
        new int[count],
        outside,
        outside.clone(),
        new boolean[count],
        cut);
  }

  /** Without the lines that have a place for an instruction which is not there. */
  private static String withoutEmpty(String segment, String instruction) {
    return instruction.isEmpty()
        ? segment.replaceAll("[^\\n]*\\{instruction\\}[^\\n]*\\n?", "")
        : segment;
  }

  private static String filled(String segment, String instruction, String query, String document) {
    Map<String, String> values =
        Map.of("instruction", instruction, "query", query, "document", document);
    StringBuilder filled = new StringBuilder();
    Matcher place = PLACE.matcher(segment);
    int copied = 0;
    while (place.find()) {
      filled.append(segment, copied, place.start()).append(values.getOrDefault(place.group(1), ""));
      copied = place.end();
    }
    return filled.append(segment, copied, segment.length()).toString();
  }
}
