package dev.litegraft.lab.tuning;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.Value;
import dev.litegraft.quantize.Pass;
import dev.litegraft.quantize.Recipe;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the matrices of a checkpoint are, seen while it is converted to f32. */
final class Matrices {
  private @Nullable Graph graph;

  /** f32, and a look at the graph. */
  Recipe recipe() {
    return Recipe.of(
        Recipe.F32.canonicalName(),
        List.of(
            new Pass() {
              @Override
              public String name() {
                return "a look at the matrices";
              }

              @Override
              public Graph apply(Graph now) {
                graph = graph == null ? now : graph;
                return now;
              }
            }));
  }

  private Graph graph() {
    if (graph == null) {
      throw new IllegalStateException("nothing was converted yet");
    }
    return graph;
  }

  /** Paths of the modules whose matrices can be stored in other forms. */
  List<String> paths() {
    return Recipe.DYNAMIC_WI8_AFP32.keepingFloat("*").keptInFloat(graph());
  }

  /** Whether two recipes make the same graph, in which all matrices are stored alike. */
  boolean areSame(Recipe one, Recipe other) {
    return shown(one.apply(graph())).equals(shown(other.apply(graph())));
  }

  /** Operators read what is stored in another form through others. */
  private static List<String> shown(Graph graph) {
    return Stream.concat(
            graph.ops().stream().map(op -> op.getClass().getName()),
            graph.constants().stream().map(Matrices::shown))
        .toList();
  }

  private static String shown(Value constant) {
    return constant + " " + constant.storage();
  }
}
