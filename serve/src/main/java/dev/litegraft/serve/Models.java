package dev.litegraft.serve;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.serve.Refusal.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The files that are served, by name. */
final class Models implements AutoCloseable {
  private final Map<String, ServedModel> models;

  private Models(Map<String, ServedModel> models) {
    this.models = models;
  }

  /**
   * Opens all files and warms them up.
   *
   * @throws dev.litegraft.error.InvalidInputException if one cannot be served, or two have one name
   */
  static Models open(List<Path> files, ServeOptions options, Metrics metrics) throws IOException {
    Map<String, ServedModel> models = new LinkedHashMap<>();
    Models all = new Models(models);
    try {
      for (Path file : files) {
        ServedModel model = ServedModel.open(file, options, metrics);
        ServedModel other = models.putIfAbsent(model.name(), model);
        if (other != null) {
          model.close();
          throw new InvalidRequestException(
              "two files are called " + model.name() + ", and requests name them so",
              file + " and " + other.raw().where(),
              "rename one of them");
        }
        model.warmUp();
      }
      return all;
    } catch (RuntimeException | IOException | Error e) {
      all.close();
      throw e;
    }
  }

  Collection<ServedModel> all() {
    return models.values();
  }

  /** What users should know of the files, each sentence once, behind the names it is true of. */
  List<String> notes() {
    Map<String, List<String>> namesOf = new LinkedHashMap<>();
    for (ServedModel model : models.values()) {
      for (String note : model.raw().notes()) {
        namesOf.computeIfAbsent(note, n -> new ArrayList<>()).add(model.name());
      }
    }
    return namesOf.entrySet().stream()
        .map(note -> String.join(", ", note.getValue()) + ": " + note.getKey())
        .toList();
  }

  ServedModel first() {
    return models.values().iterator().next();
  }

  /**
   * The model that a request means: the one that it names, else the only one that can answer it.
   *
   * @param wanted what the path needs, in words
   * @throws Refusal if there is none, or there are several
   */
  ServedModel choose(Optional<String> name, Predicate<ServedModel> can, String wanted) {
    if (name.isPresent()) {
      ServedModel named = named(name.get());
      if (!can.test(named)) {
        throw Refusal.ofField(Kind.WRONG_MODEL, "model", "`" + name.get() + "` is not " + wanted);
      }
      return named;
    }
    List<ServedModel> able = new ArrayList<>(models.values().stream().filter(can).toList());
    if (able.size() == 1) {
      return able.get(0);
    }
    if (able.isEmpty()) {
      throw Refusal.ofField(
          Kind.WRONG_MODEL,
          "model",
          "none of the served files is " + wanted + ": " + models.keySet());
    }
    throw Refusal.ofField(
        "model",
        "several files can answer: name one of "
            + able.stream().map(ServedModel::name).toList()
            + " as `model`");
  }

  ServedModel named(String name) {
    ServedModel model = models.get(name);
    if (model == null) {
      throw Refusal.of(
          Kind.NO_SUCH_MODEL,
          "The model `" + name + "` does not exist; served are " + models.keySet());
    }
    return model;
  }

  @Override
  public void close() {
    models.values().forEach(ServedModel::close);
  }
}
