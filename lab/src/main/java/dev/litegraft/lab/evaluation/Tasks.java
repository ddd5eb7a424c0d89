package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.lab.data.DataFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which task a file and the data have. */
final class Tasks {
  private Tasks() {}

  /** The files of rows that are asked, in their order. */
  static List<DataFile> sources(Evaluation asked) {
    return asked
        .relevance()
        .map(relevance -> List.of(asked.data(), relevance.queries()))
        .orElse(List.of(asked.data()));
  }

  /**
   * The task.
   *
   * @throws InvalidRequestException if the file does not do what the data ask for
   */
  static Task of(FileLabels known, Evaluation asked, Path file) {
    NamedColumns columns = new NamedColumns(asked.data(), asked.columns());
    Optional<String> query = columns.query();
    if (asked.relevance().isPresent()) {
      if (known.task() != dev.litegraft.facts.Task.EMBEDDING
          && known.task() != dev.litegraft.facts.Task.SPARSE_EMBEDDING) {
        throw fault(
            "queries are to find texts, and the file gives no embeddings",
            file,
            "give an embedder, or rows with a query, a text and its grade");
      }
      return new RetrievalTask(
          columns, asked.relevance().get(), known.similarity(), asked.threads());
    }
    if (query.isPresent()) {
      return new RankingTask(columns, query.get());
    }
    return switch (known.task()) {
      case SEQUENCE_CLASSIFICATION -> classifier(known, columns, file);
      case TOKEN_CLASSIFICATION -> new TaggingTask(columns, known.labels());
      case EMBEDDING, SPARSE_EMBEDDING -> new VectorTask(columns, asked.threads());
      case TOKEN_EMBEDDING ->
          throw fault(
              "the file gives a vector a token, and is evaluated by how it ranks texts",
              file,
              "give rows with the columns query, text and score");
      case QUESTION_ANSWERING ->
          throw fault(
              "files that answer questions with spans are not evaluated",
              file,
              "ask them one by one: litegraft answer");
    };
  }

  /** One output is a number, whether or not it goes through a sigmoid. */
  private static Task classifier(FileLabels known, NamedColumns columns, Path file) {
    if (known.labels().size() == 1) {
      return new NumberTask(columns);
    }
    return switch (known.problem().orElseGet(() -> ProblemType.usual(known.labels().size()))) {
      case SINGLE_LABEL -> new ClassifierTask(columns, known.labels());
      case MULTI_LABEL -> new LabelSetTask(columns, known.labels());
      case REGRESSION ->
          throw fault(
              "the file answers with "
                  + known.labels().size()
                  + " numbers a text, and files with one are evaluated",
              file,
              "compare them by hand: litegraft classify FILE --file texts.txt --json");
    };
  }

  private static InvalidRequestException fault(String what, Path file, String remedy) {
    return new InvalidRequestException(what, file.toString(), remedy);
  }
}
