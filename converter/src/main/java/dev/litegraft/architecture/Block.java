package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.Queries;
import java.util.function.Function;

/**
 * A layer of a transformer: attention and a feed-forward part, each added to what it read. Where
 * the norms stand is what the kinds differ in.
 */
interface Block {
  /** x: [b, t, d] to [b, q, d]. */
  <T> T apply(Layers<T> f, T x, Queries<T> queries);

  /** A norm before each half: GPT-2, Llama. */
  record PreNorm(Norm first, Attention attention, Norm second, FeedForward feedForward)
      implements Block {
    /**
     * With norms where Llama's checkpoints have them.
     *
     * @param w the layer's module
     * @param norm reads a norm from its module
     */
    static PreNorm read(
        Weights w, Function<Weights, Norm> norm, Attention attention, FeedForward feedForward) {
      return new PreNorm(
          norm.apply(w.at("input_layernorm")),
          attention,
          norm.apply(w.at("post_attention_layernorm")),
          feedForward);
    }

    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T normed = first.apply(f, x); // [b, t, d]
      T attended = f.add(queries.of(x), attention.apply(f, normed, queries)); // [b, q, d]
      return f.add(attended, feedForward.apply(f, second.apply(f, attended)));
    }
  }

  /** A norm behind each half, before it is added: OLMo 2. */
  record PostNorm(Attention attention, Norm first, FeedForward feedForward, Norm second)
      implements Block {
    /** As {@link PreNorm#read}, of norms where OLMo 2's checkpoints have them. */
    static PostNorm read(
        Weights w, Function<Weights, Norm> norm, Attention attention, FeedForward feedForward) {
      return new PostNorm(
          attention,
          norm.apply(w.at("post_attention_layernorm")),
          feedForward,
          norm.apply(w.at("post_feedforward_layernorm")));
    }

    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T mixed = attention.apply(f, x, queries); // [b, q, d]
      T attended = f.add(queries.of(x), first.apply(f, mixed));
      return f.add(attended, second.apply(f, feedForward.apply(f, attended)));
    }
  }

  /** A norm of each sum: BERT, the smallest OPT. */
  record NormedSums(Attention attention, Norm first, FeedForward feedForward, Norm second)
      implements Block {
    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T mixed = attention.apply(f, x, queries); // [b, q, d]
      T attended = first.apply(f, f.add(queries.of(x), mixed));
      return second.apply(f, f.add(attended, feedForward.apply(f, attended)));
    }
  }

  /** A norm before and behind each half: Gemma 2. */
  record Sandwich(
      Norm before,
      Attention attention,
      Norm behind,
      Norm beforeFeedForward,
      FeedForward feedForward,
      Norm behindFeedForward)
      implements Block {
    /** As {@link PreNorm#read}, of norms where Gemma 2's checkpoints have them. */
    static Sandwich read(
        Weights w, Function<Weights, Norm> norm, Attention attention, FeedForward feedForward) {
      return new Sandwich(
          norm.apply(w.at("input_layernorm")),
          attention,
          norm.apply(w.at("post_attention_layernorm")),
          norm.apply(w.at("pre_feedforward_layernorm")),
          feedForward,
          norm.apply(w.at("post_feedforward_layernorm")));
    }

    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T mixed = attention.apply(f, before.apply(f, x), queries); // [b, q, d]
      T attended = f.add(queries.of(x), behind.apply(f, mixed));
      T fed = feedForward.apply(f, beforeFeedForward.apply(f, attended));
      return f.add(attended, behindFeedForward.apply(f, fed));
    }
  }

  /** Both halves read the same normalised x: GPT-J, Phi. */
  record Parallel(Norm norm, Attention attention, FeedForward feedForward) implements Block {
    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T normed = norm.apply(f, x); // [b, t, d]
      T mixed = attention.apply(f, normed, queries); // [b, q, d]
      T fed = feedForward.apply(f, queries.of(normed));
      return f.add(f.add(mixed, fed), queries.of(x));
    }
  }
}
