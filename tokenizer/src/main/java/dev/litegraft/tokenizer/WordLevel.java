package dev.litegraft.tokenizer;

/** A token for each word. Source: {@code tokenizers/src/models/wordlevel}. */
record WordLevel(Vocabulary vocabulary, int unknown) implements Model {
  @Override
  public void encode(Segment text, int from, int to, Tokens out) {
    int id = vocabulary.id(text.points, from, to);
    out.add(text, id == Vocabulary.NONE ? unknown : id, from, to);
  }

  @Override
  public int size() {
    return vocabulary.size();
  }
}
