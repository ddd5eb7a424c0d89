package dev.litegraft.web.page;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a page does with texts. */
public enum Mode {
  /** Labels of a text, or of a pair. */
  CLASSIFY,
  /** Labels that are given, by a model that tells what follows from a text. */
  ZERO_SHOT,
  /** Spans of a text. */
  TAG,
  /** How alike two texts are. */
  EMBED,
  /** Texts by how well they answer a query. */
  RERANK,
  /** The span of a text that answers a question. */
  ANSWER;

  /** As requests name it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a file is for; the first is what the page shows first. */
  static List<Mode> of(ModelFacts facts, boolean pairs) {
    Task task = facts.task();
    return switch (task) {
      case SEQUENCE_CLASSIFICATION -> {
        if (facts.find(ModelFacts.RERANKING).isPresent()) {
          yield List.of(RERANK);
        }
        if (pairs && facts.labels().size() > 1 && facts.labels().stream().anyMatch(Mode::follows)) {
          yield List.of(ZERO_SHOT, CLASSIFY);
        }
        if (facts.labels().size() > 1 || !pairs) {
          yield List.of(CLASSIFY);
        }
        // One number: of a query and a text, unless the folder says no more than that it is one.
        boolean ranks =
            facts.find(ModelFacts.READS_PAIRS).orElse(false)
                || !facts.problemType().equals(Optional.of(ProblemType.REGRESSION));
        yield ranks ? List.of(RERANK, CLASSIFY) : List.of(CLASSIFY, RERANK);
      }
      case TOKEN_CLASSIFICATION -> List.of(TAG);
      case QUESTION_ANSWERING -> List.of(ANSWER);
      case EMBEDDING, SPARSE_EMBEDDING -> List.of(EMBED, RERANK);
      case TOKEN_EMBEDDING -> List.of(RERANK);
    };
  }

  private static boolean follows(String label) {
    return label.toLowerCase(Locale.ROOT).startsWith("entail");
  }
}
