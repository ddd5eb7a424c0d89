package dev.litegraft.web.page;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Task;
import java.util.List;
import java.util.Locale;

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
        yield facts.labels().size() == 1 && pairs ? List.of(RERANK, CLASSIFY) : List.of(CLASSIFY);
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
