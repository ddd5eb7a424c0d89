package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts special tokens around one text or two, and says of which type each token is.
 *
 * <p>Source: {@code tokenizers/src/processors}. Rows come in and go out, as there: what one gives,
 * the next of a sequence takes.
 */
interface PostProcessor {
  /** How many special tokens it adds. */
  int added(boolean pair);

  /** Rows of texts to rows that are joined afterwards. */
  List<Row> apply(List<Row> rows, boolean special);

  /** Whether it has to know how much white space a token begins and ends with. */
  boolean trims();

  /** Whether two texts can be told apart in what it gives. */
  boolean joinsPairs();

  /** How many rows {@link #apply} gives for so many. */
  int rows(int rows);

  /**
   * Makes sure that it can be applied to so many rows.
   *
   * @throws TokenizerException if it cannot
   */
  default void requireRows(int rows, Fields fields) {}

  /** Several, one after the other. */
  record Sequence(List<PostProcessor> all) implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return all.stream().mapToInt(one -> one.added(pair)).sum();
    }

    @Override
    public List<Row> apply(List<Row> rows, boolean special) {
      List<Row> last = rows;
      for (PostProcessor one : all) {
        last = one.apply(last, special);
      }
      return last;
    }

    @Override
    public boolean trims() {
      return all.stream().anyMatch(PostProcessor::trims);
    }

    @Override
    public boolean joinsPairs() {
      return all.stream().anyMatch(PostProcessor::joinsPairs);
    }

    @Override
    public int rows(int rows) {
      int last = rows;
      for (PostProcessor one : all) {
        last = one.rows(last);
      }
      return last;
    }

    @Override
    public void requireRows(int rows, Fields fields) {
      int last = rows;
      for (PostProcessor one : all) {
        one.requireRows(last, fields);
        last = one.rows(last);
      }
    }
  }

  /** Byte-level tokenizers': offsets without the white space at a token's ends. */
  record ByteLevel(boolean trims, boolean prefixSpace) implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return 0;
    }

    @Override
    public List<Row> apply(List<Row> rows, boolean special) {
      if (trims) {
        trim(rows, prefixSpace);
      }
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).setSequence(i);
      }
      return rows;
    }

    @Override
    public boolean joinsPairs() {
      return false;
    }

    @Override
    public int rows(int rows) {
      return rows;
    }

    static void trim(List<Row> rows, boolean prefixSpace) {
      for (Row row : rows) {
        trim(row, prefixSpace);
        for (Row part : row.overflowing) {
          trim(part, prefixSpace);
        }
      }
    }

    private static void trim(Row row, boolean prefixSpace) {
      for (int i = 0; i < row.length; i++) {
        int leading = row.leading[i];
        if (leading > 0) {
          boolean first = i == 0 || row.starts[i] == 0;
          if (first && prefixSpace && leading == 1) {
            leading = 0; // the one that was put there
          }
          row.starts[i] = Math.min(row.starts[i] + leading, row.ends[i]);
        }
        int trailing = row.trailing[i];
        if (trailing > 0 && row.ends[i] >= trailing) {
          row.ends[i] = Math.max(row.ends[i] - trailing, row.starts[i]);
        }
      }
    }
  }

  /** BERT's {@code [CLS] A [SEP] B [SEP]}, or RoBERTa's {@code <s> A </s></s> B </s>}. */
  record Around(int first, int last, boolean roberta, boolean trims, boolean prefixSpace)
      implements PostProcessor {
    @Override
    public int added(boolean pair) {
      return pair ? roberta ? 4 : 3 : 2;
    }

    @Override
    public List<Row> apply(List<Row> rows, boolean special) {
      if (roberta) {
        if (trims) {
          ByteLevel.trim(rows, prefixSpace);
        }
        for (Row row : rows) {
          row.setTypes(0);
        }
      }
      if (!special) {
        return rows;
      }
      List<Row> done = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        Row around = around(row, i > 0);
        for (Row part : row.overflowing) {
          around.overflowing.add(around(part, i > 0));
        }
        done.add(around);
      }
      return done;
    }

    private Row around(Row row, boolean second) {
      Row around = new Row(row.length + 2, row.countsSpaces());
      int type = second && !roberta ? 1 : 0;
      if (!second || roberta) {
        around.addSpecial(second ? last : first, type);
      }
      int from = around.length;
      Row tokens = row.slice(0, row.length);
      if (roberta) {
        tokens.setTypes(0);
      }
      for (int i = 0; i < tokens.length; i++) {
        // Where an earlier processor of a sequence said that a token is special, it is none here.
        tokens.flags[i] &= ~Row.SPECIAL;
      }
      around.merge(tokens);
      around.setRange(second ? 1 : 0, from, around.length);
      around.addSpecial(last, type);
      return around;
    }

    @Override
    public boolean joinsPairs() {
      return true;
    }

    @Override
    public int rows(int rows) {
      return rows;
    }
  }

  /**
   * A piece of a template: the first text, the second, or special tokens.
   *
   * @param text 0 or 1, or {@link Row#NONE} for special tokens
   * @param ids of the special tokens
   */
  record Part(int text, int type, int[] ids) {}

  /** Templates of pieces, one for a text and one for two. */
  record Template(List<Part> single, List<Part> pair) implements PostProcessor {
    @Override
    public int added(boolean pairs) {
      return (pairs ? pair : single)
          .stream().mapToInt(part -> part.text == Row.NONE ? part.ids.length : 0).sum();
    }

    @Override
    public List<Row> apply(List<Row> rows, boolean special) {
      List<Row> done = new ArrayList<>();
      for (Part part : rows.size() == 2 ? pair : single) {
        if (part.text != Row.NONE) {
          Row row = rows.get(part.text);
          row.setTypes(part.type);
          row.setSequence(part.text);
          done.add(row.copy());
        } else if (special) {
          Row row = new Row(part.ids.length, !rows.isEmpty() && rows.get(0).countsSpaces());
          for (int id : part.ids) {
            row.addSpecial(id, part.type);
          }
          done.add(row);
        }
      }
      return done;
    }

    @Override
    public boolean trims() {
      return false;
    }

    @Override
    public boolean joinsPairs() {
      return pair.stream().anyMatch(part -> part.text == 0)
          && pair.stream().anyMatch(part -> part.text == 1);
    }

    @Override
    public int rows(int rows) {
      return rows == 2 ? pair.size() : single.size();
    }

    @Override
    public void requireRows(int rows, Fields fields) {
      if (rows != 1 && rows != 2) {
        throw fields.refused(
            "a template follows a post-processor that gives it "
                + rows
                + " parts, where it takes a text or two",
            "in a copy of the file, leave one template in the sequence, before the others");
      }
    }

    static Part part(Fields fields, Map<String, int[]> special) {
      if (fields.has("Sequence")) {
        Fields text = fields.fields("Sequence");
        return new Part(
            text.oneOf("id", List.of("A", "B"), List.of(0, 1)),
            text.natural("type_id"),
            new int[0]);
      }
      Fields token = fields.fields("SpecialToken");
      int[] ids = special.get(token.string("id"));
      if (ids == null) {
        throw token.refused(
            "the template names "
                + Fields.shown(token.string("id"))
                + ", which its special_tokens do not have",
            "in a copy of the file, add the token with its id to special_tokens, or take it out of the template");
      }
      return new Part(Row.NONE, token.natural("type_id"), ids);
    }
  }
}
