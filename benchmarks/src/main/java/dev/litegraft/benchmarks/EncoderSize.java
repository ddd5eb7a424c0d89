package dev.litegraft.benchmarks;

/** An encoder's size, in numbers that most families share. */
record EncoderSize(int vocabulary, int width, int layers, int heads, int feedForward) {
  /** BERT-base's, but for the vocabulary, which costs room and no time. */
  static final EncoderSize BASE = new EncoderSize(1000, 768, 12, 12, 3072);

  /** The width at which a gated feed-forward part has as many weights. */
  int gatedFeedForward() {
    return feedForward * 2 / 3;
  }

  /** A layer's weights in matrices: four of attention, the feed-forward part's. */
  long layerWeights() {
    return 4L * width * width + 2L * width * feedForward;
  }

  /**
   * Multiplications with a weight where the last layer computes keys and values of every token, and
   * the rest of the one that is read.
   */
  long multiplications(int tokens) {
    long keysAndValues = 2L * width * width;
    return layers * keysAndValues * tokens
        + (layerWeights() - keysAndValues) * ((layers - 1L) * tokens + 1);
  }

  /**
   * Multiplications of queries with keys and of scores with values, where the last layer has one
   * query.
   */
  long products(int tokens) {
    return 2L * width * tokens * ((layers - 1L) * tokens + 1);
  }
}
