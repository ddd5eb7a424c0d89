package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.lab.data.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Which task a file and the data have. */
final class Tasks {
  private Tasks() {}

  /** The files of rows that are asked, in their order. */
  static List<DataFile> sources(Evaluation asked) {
    return List.of(asked.data());
  }

  static Task of(FileLabels known, Evaluation asked, Path file) throws IOException {
    NamedColumns columns = new NamedColumns(asked.data(), asked.columns());
    return switch (known.task()) {
      case SEQUENCE_CLASSIFICATION -> {
        List<String> labels = known.labels();
        ProblemType problem =
            known.problem().orElseGet(() -> ProblemType.usual(Math.max(2, labels.size())));
        yield switch (problem) {
          case SINGLE_LABEL, MULTI_LABEL, REGRESSION -> new ClassifierTask(columns, labels);
        };
      }
      case TOKEN_CLASSIFICATION, EMBEDDING, SPARSE_EMBEDDING, TOKEN_EMBEDDING, QUESTION_ANSWERING ->
          throw new InvalidRequestException(
              "files that answer with " + known.task() + " are not evaluated yet",
              file.toString(),
              "evaluate a text classifier");
    };
  }
}
