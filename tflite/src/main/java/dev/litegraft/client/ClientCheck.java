package dev.litegraft.client;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares a file with what a client takes. */
final class ClientCheck {
  private static final String OTHER_RECIPE = "--recipe dynamic_wi8t_afp32 or f32";

  private static final int ONE_LENGTH = 128;

  private static final String IN_BLOCKS =
      "its int4 matrices have a scale a block, which XNNPACK alone reads: where it is switched off,"
          + " answers are wrong without an error (--recipe int4 or int8 is right there)";

  private final Client client;
  private final Limits limits;
  private final TfliteReader file;
  private final TfliteModel model;
  private final Set<Obstacle> obstacles = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();

  ClientCheck(Client client, TfliteReader file) {
    this.client = client;
    this.limits = Limits.of(client);
    this.file = file;
    this.model = file.model();
  }

  Suitability suitability() throws IOException {
    Optional<Obstacle> kind = KindOfModel.obstacle(client, file);
    if (kind.isPresent()) {
      return new Suitability(client, List.of(kind.get()), List.of());
    }
    boolean bundle = file.bundle().isPresent();
    if (bundle != (client == Client.LITERTLM)) {
      refuse(
          bundle ? "it is a bundle for LiteRT-LM" : "it is no .litertlm bundle of an embedder",
          "--for " + client.id());
      return new Suitability(client, List.copyOf(obstacles), List.copyOf(notes));
    }
    if (bundle) {
      BundleParts.obstacles(file).forEach(obstacles::add);
    }
    interfaces();
    if (model.subgraphs().size() > limits.subgraphs()) {
      refuse(
          "it has "
              + model.subgraphs().size()
              + " subgraphs, as of several lengths, and "
              + limits.subgraphs()
              + " is taken",
          "one length: --length " + oneLength());
    }
    if (limits.bert()) {
      BertTask task = BertTask.of(file);
      task.obstacles().forEach(obstacles::add);
      task.notes().forEach(notes::add);
    }
    operators();
    weights();
    if (model.fileBytes() > limits.bytes()) {
      refuse(
          "it has "
              + model.fileBytes()
              + " bytes, where at most "
              + limits.bytes()
              + " can be addressed",
          "a smaller --recipe");
    }
    if (model.fileBytes() > limits.slowBytes()) {
      notes.add("a file of this size takes ten seconds and more to load there");
    }
    return new Suitability(client, List.copyOf(obstacles), List.copyOf(notes));
  }

  /** The usual one of a client that takes one, or the model's longest text if that is shorter. */
  private int oneLength() throws IOException {
    int longest = file.facts().flatMap(f -> f.find(ModelFacts.MAX_LENGTH)).orElse(ONE_LENGTH);
    return Math.min(ONE_LENGTH, longest);
  }

  private void refuse(String what, String remedy) {
    obstacles.add(new Obstacle(what, remedy));
  }

  private void interfaces() {
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      List<TfliteModel.Tensor> inputs = tensors(subgraph, subgraph.inputs());
      for (TfliteModel.Tensor tensor : inputs) {
        if (!limits.inputs().contains(tensor.type())) {
          refuse(
              "inputs are " + lower(tensor.type()) + ", and int32 is taken", "--input-type int32");
        }
      }
      if (inputs.stream().anyMatch(TfliteModel.Tensor::isDynamic)) {
        if (limits.dynamic()) {
          notes.add("each length is planned anew: several static ones (--length) answer sooner");
        } else {
          refuse("its length is dynamic", "--for " + client.id());
        }
      }
    }
  }

  private void operators() {
    Map<String, Integer> newest = new TreeMap<>();
    Set<String> custom = new TreeSet<>();
    operators(model)
        .forEach(
            operator -> {
              if (operator.custom()) {
                custom.add(operator.mnemonic());
              }
              newest.merge(operator.mnemonic(), operator.version(), Math::max);
            });
    if (!custom.isEmpty()) {
      refuse(
          "it has operators of its own: " + String.join(", ", custom),
          "use the program that it was made for");
    }
    Set<String> unknown = new TreeSet<>();
    newest.forEach(
        (operator, version) -> {
          int most = limits.operators().newest(operator).orElse(version);
          if (most == 0) {
            unknown.add(operator);
          } else if (version > most) {
            refuse(
                operator + " has version " + version + ", and " + most + " is the newest known",
                OTHER_RECIPE);
          }
        });
    unknown.removeAll(custom);
    if (!unknown.isEmpty()) {
      refuse(
          "it has operators that are not known there: " + String.join(", ", unknown),
          "use a program that knows them");
    }
  }

  private void weights() {
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      for (TfliteModel.Tensor tensor : subgraph.tensors()) {
        if (tensor.type() == TensorType.INT4 && !limits.fourBits()) {
          refuse("it has matrices in int4, which were not seen to run there", OTHER_RECIPE);
        } else if (inBlocks(tensor) && !limits.fastKernels()) {
          notes.add(IN_BLOCKS);
        }
      }
      if (!limits.halfTables()
          && subgraph.operators().stream().anyMatch(o -> halfRows(subgraph, o))) {
        refuse("it gathers rows of a table in f16, which is not known there", OTHER_RECIPE);
      }
      subgraph.operators().stream()
          .filter(operator -> operator.mnemonic().equals("FULLY_CONNECTED"))
          .filter(operator -> scalesRows(subgraph, operator))
          .findFirst()
          .filter(operator -> !limits.rowScales())
          .ifPresent(
              operator ->
                  refuse(
                      "int8 matrices have a scale a row, of which only the first would be used",
                      OTHER_RECIPE));
    }
  }

  private static boolean inBlocks(TfliteModel.Tensor tensor) {
    return tensor.type() == TensorType.INT4
        && tensor.quantization().filter(q -> q.blockSize() > 0).isPresent();
  }

  /** A matrix in int8 with several scales, whose other operand is in f32. */
  private static boolean scalesRows(TfliteModel.Subgraph subgraph, TfliteModel.Operator operator) {
    List<TfliteModel.Tensor> operands = tensors(subgraph, operator.inputs());
    return operands.size() > 1
        && operands.get(0).type() == TensorType.FLOAT32
        && operands.get(1).type() == TensorType.INT8
        && operands.get(1).quantization().filter(q -> q.scales() > 1).isPresent();
  }

  /** Rows of a table that is in f16. */
  private static boolean halfRows(TfliteModel.Subgraph subgraph, TfliteModel.Operator operator) {
    return operator.mnemonic().equals("GATHER")
        && tensors(subgraph, operator.inputs()).stream()
            .limit(1)
            .anyMatch(table -> table.type() == TensorType.FLOAT16);
  }

  private static List<TfliteModel.Tensor> tensors(
      TfliteModel.Subgraph subgraph, Collection<Integer> indices) {
    return indices.stream().filter(i -> i >= 0).map(subgraph.tensors()::get).toList();
  }

  private static Stream<TfliteModel.Operator> operators(TfliteModel model) {
    return model.subgraphs().stream().flatMap(subgraph -> subgraph.operators().stream());
  }

  private static String lower(TensorType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
