package dev.litegraft.checkpoint.consolidated;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of {@code consolidated} files under transformers' names and in its order of rows.
 *
 * <p>Meta's program turns neighbouring numbers of a query or key together, transformers those that
 * are half a head apart: the rows of the matrices that make them stand in another order. Where a
 * model is on several processors, each has a file with a part of every matrix.
 *
 * <p>Source: {@code convert_llama_weights_to_hf.py} and {@code convert_mistral_weights_to_hf.py} of
 * transformers 4.57 and 5; {@code model.py} of Meta's llama, whose layers say what is divided how.
 */
public final class ConsolidatedWeights {
  /** What one file's part of a matrix is of the whole. */
  private enum Part {
    ROWS,
    COLUMNS,
    /** Rows of the vocabulary since Llama 3, columns before. */
    EITHER,
    /** Every file has all of it. */
    WHOLE
  }

  /**
   * @param name what transformers calls it
   * @param turned whether its rows are of turned pairs
   */
  private record Place(String name, Part part, boolean turned) {
    static Place of(String name, Part part) {
      return new Place(name, part, false);
    }
  }

  private static final Map<String, Place> OF_MODEL =
      Map.of(
          "tok_embeddings.weight", Place.of("model.embed_tokens.weight", Part.EITHER),
          "norm.weight", Place.of("model.norm.weight", Part.WHOLE),
          "output.weight", Place.of("lm_head.weight", Part.ROWS));

  private static final Map<String, Place> OF_LAYER =
      Map.of(
          "attention.wq.weight", new Place("self_attn.q_proj.weight", Part.ROWS, true),
          "attention.wk.weight", new Place("self_attn.k_proj.weight", Part.ROWS, true),
          "attention.wv.weight", Place.of("self_attn.v_proj.weight", Part.ROWS),
          "attention.wo.weight", Place.of("self_attn.o_proj.weight", Part.COLUMNS),
          "feed_forward.w1.weight", Place.of("mlp.gate_proj.weight", Part.ROWS),
          "feed_forward.w2.weight", Place.of("mlp.down_proj.weight", Part.COLUMNS),
          "feed_forward.w3.weight", Place.of("mlp.up_proj.weight", Part.ROWS),
          "attention_norm.weight", Place.of("input_layernorm.weight", Part.WHOLE),
          "ffn_norm.weight", Place.of("post_attention_layernorm.weight", Part.WHOLE));

  private static final Pattern LAYER = Pattern.compile("layers\\.([0-9]{1,6})\\.(.+)");

  private static final String QUERIES = ".attention.wq.weight";

  /** Computed again from the config. */
  private static final String FREQUENCIES = "rope.freqs";

  private final List<Map<String, RawTensorData>> files;
  private final HfConfig config;
  private final String where;

  private ConsolidatedWeights(
      List<Map<String, RawTensorData>> files, HfConfig config, String where) {
    this.files = files;
    this.config = config;
    this.where = where;
  }

  /**
   * The tensors, which are read from where they stand.
   *
   * @param files the tensors of each file, of which every one has a part of each matrix
   * @param where the folder, for messages
   * @return by transformers' names, in their order
   * @throws InvalidCheckpointException if a tensor is none that Llama and Mistral have, or the
   *     files do not belong together
   */
  public static Map<String, RawTensorData> of(
      List<Map<String, RawTensorData>> files, HfConfig config, String where) {
    return new ConsolidatedWeights(files, config, where).read();
  }

  private Map<String, RawTensorData> read() {
    int width =
        config.value("head_dim") == null
            ? config.size("hidden_size") / config.size("num_attention_heads")
            : config.size("head_dim");
    Set<String> names = new LinkedHashSet<>();
    files.forEach(file -> names.addAll(file.keySet()));
    names.remove(FREQUENCIES);
    Map<String, RawTensorData> all = new TreeMap<>();
    for (String name : names) {
      Place place = place(name);
      all.put(place.name(), joined(name, place, width));
    }
    return all;
  }

  private Place place(String name) {
    Place known = OF_MODEL.get(name);
    Matcher layer = LAYER.matcher(name);
    if (known == null && layer.matches()) {
      Place within = OF_LAYER.get(layer.group(2));
      if (within != null) {
        String full = "model.layers." + Integer.parseInt(layer.group(1)) + "." + within.name();
        known = new Place(full, within.part(), within.turned());
      }
    }
    if (known == null) {
      throw fault(
          name,
          name.contains("qscale")
              ? "the weights are quantized, where plain f32, f16 or bf16 ones are needed"
              : "the consolidated weights have a tensor that Llama and Mistral have not",
          "use the model's folder in transformers' form, with model.safetensors or its shards");
    }
    return known;
  }

  private RawTensorData joined(String name, Place place, int width) {
    List<RawTensorData> parts = new ArrayList<>();
    for (Map<String, RawTensorData> file : files) {
      RawTensorData part = file.get(name);
      if (part == null) {
        throw fault(
            name,
            "one of the " + files.size() + " consolidated files lacks the tensor " + name,
            "download the files again; they do not belong together");
      }
      parts.add(part);
    }
    RawTensorData first = parts.get(0);
    for (RawTensorData part : parts) {
      if (part.dtype() != first.dtype() || !part.shape().equals(first.shape())) {
        throw fault(
            name,
            "the consolidated files have parts that do not fit together: " + first + " and " + part,
            "download the files again; they do not belong together");
      }
    }
    if (place.part() == Part.WHOLE) {
      return new JoinedTensor(place.name(), List.of(first), false, 0);
    }
    requireMatrix(name, first.shape(), place.turned() ? width : 1);
    boolean byColumns = isByColumns(place.part(), first.shape());
    JoinedTensor joined =
        new JoinedTensor(place.name(), parts, byColumns, place.turned() ? width : 0);
    requireAll(name, joined, width);
    return joined;
  }

  /** That no file is missing: those that follow the last one of a folder nobody can miss. */
  private void requireAll(String name, JoinedTensor joined, int width) {
    long rows = (long) config.size("num_attention_heads") * width;
    if (name.endsWith(QUERIES) && joined.shape().dim(0) != rows) {
      throw fault(
          name,
          "the queries of "
              + (files.size() == 1 ? "the consolidated file" : files.size() + " consolidated files")
              + " have "
              + joined.shape().dim(0)
              + " rows, where config.json asks for "
              + rows,
          "download the folder again, with all of its consolidated files and its own config.json");
    }
  }

  private boolean isByColumns(Part part, Shape shape) {
    return part == Part.COLUMNS
        || (part == Part.EITHER && shape.dim(1) != config.size("hidden_size"));
  }

  private void requireMatrix(String name, Shape shape, int width) {
    boolean matrix = shape.rank() == 2 && shape.elements() > 0;
    if (!matrix || (width > 1 && (width % 2 != 0 || shape.dim(0) % width != 0))) {
      throw fault(
          name,
          name
              + " has shape "
              + shape
              + ", where a matrix"
              + (width > 1 ? " of heads of " + width + " rows" : "")
              + " is needed",
          "compare config.json with params.json: head_dim, hidden_size and num_attention_heads");
    }
  }

  private InvalidCheckpointException fault(String tensor, String what, String remedy) {
    return new InvalidCheckpointException(what, where + ", tensor " + tensor, remedy);
  }
}
